"""What people say of a sentence: documents, the scheme, labelled sets, the actor register."""
