"""What figures are called in reports and on pages; imports nothing, so that a serving process may."""

NAMES = {
    "stance_macro_f1": "Stance, macro F1",
    "stance_f_avg": "Stance, F1 of favor and against",
    "relevant_f1": "Takes a stance, F1",
    "stance_accuracy": "Stance, accuracy",
    "stance_ece": "Stance, calibration error (lower is better)",
    "speaker_type_acc": "Speaker type, accuracy",
    "speaker_type_macro_f1": "Speaker type, macro F1",
    "speaker_type_acc_in_sentence": "Speaker type, source named in the sentence",
    "speaker_type_acc_carried": "Speaker type, source named elsewhere",
    "speaker_name_acc": "Speaker name, accuracy",
    "speaker_name_acc_in_sentence": "Speaker name, source named in the sentence",
    "speaker_name_acc_carried": "Speaker name, source named elsewhere",
    "actors_micro_f1": "Proposed actors, micro F1",
    "statement_f1": "Whole statements, F1",
    "abstain_rate": "Share of sentences on which it abstains",
}


def name_of(figure: str) -> str:
    """Return a figure's name in words: "stance_f1.favor" is "Stance favor, F1"."""
    head, _, label = figure.partition(".")
    if label:
        return f"{'Stance' if head == 'stance_f1' else 'Speaker type'} {label}, F1"
    return NAMES.get(figure, figure)
