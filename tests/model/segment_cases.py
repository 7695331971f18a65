"""Tricky news prose, one paragraph a line; " | " stands where a sentence ends.

Composed for this project: no real person, no real report. The benchmark scores other splitters on
the same lines (benchmarks/segmentation.py).
"""

CASES = r'''
The talks failed. | The army moved in.
"We will not go," he said. | The hall emptied.
"We will not go." | The hall emptied.
"Who will pay?" he asked.
"Who will pay?" the minister asked.
"Who will pay?" Mr. Sarr asked on Monday.
"Who will pay?" Oumar Sarr asked.
"Never!" shouted the crowd. | Police looked on.
"Who will pay?" | The minister gave no answer.
"They came at night. | They took the radio. | Nobody slept," said a farmer.
“They came at night. | They took the radio,” said a farmer. | He wept.
“We asked for help,” said Ms. Ndiaye. | “No one came.”
'We asked for help,' she said. | 'No one came.'
'We asked for help.' | Nobody came.
He said: "We are ready." | She was not.
He said the plan was "a trap." | She left.
He called it "a trap". | She left.
The U.S. Army has 300 men there. | The U.N. Security Council met.
Troops came from the U.S. | The first arrived on Sunday.
Troops came from the U.S. and from Fiji.
He flew to Washington, D.C. | He was alone.
The U.S.-led force stayed. | The U.K.'s left.
Gen. Adama Barro spoke. | Lt. Col. Issa Kone did not.
Brig. Gen. A. B. Kone and Maj. Sall were held.
Sen. Ada Finch, D-Calif., opposed it. | Rep. Lowe (R., Ga.) agreed.
J. R. Marlow and K.L. Osei wrote it. | A. Diop helped.
The vote was at 5 p.m. Monday in Lome. | It passed.
The shelling began at 4 a.m. | Nobody was hurt.
They met at 5 p.m. GMT and at 7 a.m. local time.
On Jan. 5 the force left. | On Sept. 12 it was back.
It ended in Dec. | The force left.
NAIROBI, Dec. 5 - The bloc met on Friday. | It chose nobody.
GENEVA (Reuters) - Talks opened. | They closed.
ACCRA, Ghana -- Envoys met. | They agreed.
The bill is No. 5 on the list. | No. 6 is the budget.
"No. | We will not send them."
The answer was no. | He sat down.
Under Art. 51 they may act. | See paras. 4 and 5.
Talon Corp. denied it. | Acme Ltd. and Bolt Co. did not reply.
The ships belong to Talon Corp. | The firm said nothing.
Martin Reed Jr. resigned. | John Low Sr. stayed.
Prices rose 3.5 percent. | Wages fell 0.2 percent.
It costs $5. | That is much.
It rose by 5%. | The bank was glad.
It cost 1,200.50 francs. | 20 people paid.
"We waited... and nobody came," she said.
"We waited..." | The line went dead.
He hesitated... | The crowd waited.
The text "[...] must be amended," it says. | They left it.
They waited . . . and nobody came. | Night fell.
They waited… and nobody came. | Night fell.
Why did they come? | What do they want? | Nobody says.
What now?! | Nobody knows.
(They left.) | Then it rained.
They left (by bus). | Then it rained.
They left. | (Nobody saw it.) | Then it rained.
He asked, "Why?" and left. | She stayed.
They fired in the air. | al-Shahid, a witness, ran.
They fired in the air. | Al-Shahid ran.
The site crisis.example.org was down. | So was the mail a.b@example.org today.
The group, e.g. its east wing, split. | Others, i.e. the rest, stayed.
It was Mali vs. Niger on Friday. | Mali won.
The St. Jude clinic closed. | Mt. Kadam smoked.
He lives on Main St. | The house burned.
World War I. | It began in 1914.
They chose Plan B. | Nobody was told.
" We waited , " he said . | " Nobody came . " | He wept .
"We go," he said, "and we stay." | "That is all."
"Go home," it read. | "Now!" | It was signed by twenty men.
He quoted the paper: 'Stay out.' | It was dated May 3.
The president (a general) said: "Let them come... | We are waiting."
Ms. Wu, Ph.D., and A. Roe, M.D., wrote it. | It was long.
The motion failed 12-3. | Seven abstained.
"Stop," he said. | He said it twice. | "Stop."
—We waited. | —Nobody came.
The mission (UNAFIL) ended. | "It failed," said a diplomat, who asked not to be named. | "We know it."
The force has 3 parts: a) police; b) troops; c) judges. | All are late.
Police vs. army: nobody won. | The U.S. has left.
He is the No. 2 of the party. | Its No. 1 is ill.
"I'm not 'the rebel.' | I am a clerk," he said.
Did he say 'Go'? | He did.
Rebels shelled Bor, Nimule, etc. | The army fled.
Acme Inc.'s ship sank. | Bolt Corp., its owner, sued.
The chief of staff, Gen. K. Osei, left at 9:30 a.m. | He was calm.
The M.P. for Bo West spoke. | The P.M. did not.
'''.strip().splitlines()  # fmt: skip


def cut(case: str) -> tuple[str, list[str]]:
    """Return a case's text, and its sentences."""
    sentences = case.split(" | ")
    return " ".join(sentences), sentences
