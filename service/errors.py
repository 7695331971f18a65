"""One table: what each error means over HTTP and on the command line.

Keys are dotted names, so that looking an error up imports nothing. A test walks all subclasses of
`StancewireError` and fails where one finds no row of its own or of a parent below the root.
"""

from dataclasses import dataclass

from labels.errors import StancewireError

# Exit codes of the command line; 2 is Typer's own for a command that can't be understood.
OK = 0
SOME_FAILED = 1
USAGE = 2
HELD = 3
BAD_INPUT = 4
NOT_FOUND = 5
REFUSED = 6
UNAVAILABLE = 7


@dataclass(frozen=True, slots=True)
class Meaning:
    """How one class of errors leaves the program.

    Attributes:
        status: HTTP status.
        exit_code: exit code of a command.
        title: short human-readable summary, the same for every occurrence (RFC 9457).
    """

    status: int
    exit_code: int
    title: str


UNKNOWN = Meaning(500, SOME_FAILED, "Something went wrong in stancewire")

MEANINGS: dict[str, Meaning] = {
    "labels.errors.InvalidDocument": Meaning(422, BAD_INPUT, "The document can't be read"),
    "labels.errors.InvalidCoding": Meaning(422, BAD_INPUT, "The coding doesn't fit the scheme"),
    "labels.errors.InvalidLabelledSet": Meaning(422, BAD_INPUT, "The labelled file has a fault"),
    "labels.errors.InvalidScheme": Meaning(422, BAD_INPUT, "The scheme file has a fault"),
    "labels.exchange.task.InvalidExchange": Meaning(
        422, BAD_INPUT, "The tool's file can't be read"
    ),
    "labels.actors.InvalidActors": Meaning(422, BAD_INPUT, "The file of actors has a fault"),
    "labels.judgement.InvalidJudgement": Meaning(422, BAD_INPUT, "The judgement can't be kept"),
    "model.manifest.BadVersion": Meaning(500, REFUSED, "The version can't be loaded"),
    "model.tables.UnsafeContent": Meaning(500, REFUSED, "The version holds unsafe content"),
    "training.registry.NoCurrentVersion": Meaning(503, UNAVAILABLE, "No version serves yet"),
    "training.registry.NoEarlierVersion": Meaning(409, NOT_FOUND, "No earlier version"),
    "training.registry.UnknownVersion": Meaning(404, NOT_FOUND, "No such version"),
    "service.exports.formats.UnknownFormat": Meaning(422, USAGE, "The format isn't known"),
    "service.exports.source.NoSuchSource": Meaning(404, NOT_FOUND, "No such file or folder"),
    "service.exports.statements.InvalidTagged": Meaning(
        422, BAD_INPUT, "The tagged document can't be read"
    ),
    "service.pages.forms.ForeignForm": Meaning(403, REFUSED, "The form came from elsewhere"),
    "service.intake.DocumentTooLong": Meaning(413, BAD_INPUT, "The document is too long"),
    "service.intake.NotJson": Meaning(400, BAD_INPUT, "The body is not JSON"),
    "service.intake.BodyTooLarge": Meaning(413, BAD_INPUT, "The body is too large"),
    "service.intake.TooManyDocuments": Meaning(413, BAD_INPUT, "Too many documents at once"),
    "service.store.documents.DocumentConflict": Meaning(
        409, BAD_INPUT, "The document is kept with another text"
    ),
    "service.store.documents.DocumentUnknown": Meaning(404, NOT_FOUND, "No such document"),
    "service.store.engine.StoreNotReady": Meaning(503, UNAVAILABLE, "The database can't be used"),
    "service.store.engine.ValueRefused": Meaning(422, BAD_INPUT, "A value can't be held"),
    "service.alerts.deliver.DeliveryFailed": Meaning(502, UNAVAILABLE, "Not delivered"),
    "service.alerts.rules.InvalidRule": Meaning(422, BAD_INPUT, "The rule can't be read"),
    "service.store.alerts.AlertUnknown": Meaning(404, NOT_FOUND, "No such alert"),
    "service.store.alerts.DeliveryUnknown": Meaning(404, NOT_FOUND, "No such delivery"),
    "service.auth.KeyNeeded": Meaning(401, REFUSED, "An API key is needed"),
    "service.auth.OpenToAll": Meaning(500, REFUSED, "Without keys, loopback only"),
    "service.auth.OtherName": Meaning(403, REFUSED, "Without keys, localhost only"),
    "service.auth.OtherSite": Meaning(403, REFUSED, "From another site"),
    "service.auth.ScopeMissing": Meaning(403, REFUSED, "The key may not do this"),
    "service.auth.TooManyRequests": Meaning(429, REFUSED, "Too many requests"),
    "service.store.keys.KeyUnknown": Meaning(404, NOT_FOUND, "No such key"),
    "service.store.keys.UnknownScope": Meaning(422, BAD_INPUT, "No such scope"),
    "service.api.hooks.HookClosed": Meaning(403, REFUSED, "The hook is closed"),
    "service.api.hooks.SignatureWrong": Meaning(401, REFUSED, "The signature is wrong"),
    "service.metrics.PortTaken": Meaning(500, REFUSED, "The port is taken"),
    "service.feeds.address.AddressRefused": Meaning(422, REFUSED, "The address is not public"),
    "service.feeds.fetch.FetchFailed": Meaning(502, UNAVAILABLE, "The URL can't be fetched"),
    "service.feeds.fetch.NotWebAddress": Meaning(422, BAD_INPUT, "Not a web address"),
    "service.feeds.opml.NotOpml": Meaning(422, BAD_INPUT, "The file is not OPML"),
    "service.feeds.parse.NotAFeed": Meaning(502, BAD_INPUT, "Not a feed"),
    "service.store.feeds.FeedKnown": Meaning(409, BAD_INPUT, "The feed is watched already"),
    "service.store.feeds.FeedUnknown": Meaning(404, NOT_FOUND, "No such feed"),
    "service.store.filters.InvalidFilter": Meaning(422, BAD_INPUT, "The filter can't be read"),
    "service.store.jobs.JobUnknown": Meaning(404, NOT_FOUND, "No such job"),
    "service.store.judgements.JudgedTextChanged": Meaning(
        409, BAD_INPUT, "The article was judged with another text"
    ),
    "service.store.judgements.UnjudgedDocument": Meaning(
        404, NOT_FOUND, "The judged article is not known"
    ),
    "service.store.upgrade.StoreTooNew": Meaning(503, UNAVAILABLE, "The database is too new"),
    "training.retrain.NothingNew": Meaning(409, REFUSED, "There is nothing new to learn from"),
    "service.label_studio.NotLabelStudio": Meaning(
        422, BAD_INPUT, "Label Studio sent something unexpected"
    ),
    "service.api.label_studio.WrongSecret": Meaning(403, REFUSED, "The secret is wrong"),
    "training.lock.RetrainingRuns": Meaning(409, REFUSED, "A retraining runs already"),
    "training.fit.CannotFit": Meaning(422, BAD_INPUT, "The labelled set is too small"),
    "service.readers.record.UnreadableRecord": Meaning(422, BAD_INPUT, "A record can't be read"),
    "service.readers.encoding.UnknownEncoding": Meaning(422, USAGE, "The encoding isn't known"),
    "service.readers.fields.UnknownColumn": Meaning(422, USAGE, "A column can't be found"),
    "service.readers.formats.UnknownFormat": Meaning(415, USAGE, "The format isn't known"),
    "service.readers.formats.MissingExtra": Meaning(501, USAGE, "A library isn't installed"),
    "service.readers.sources.NothingToRead": Meaning(404, NOT_FOUND, "There is nothing to read"),
    "service.readers.sources.CannotReach": Meaning(502, UNAVAILABLE, "The storage can't be read"),
    "service.archive.pieces.DamagedPiece": Meaning(500, REFUSED, "Committed work is damaged"),
    "service.archive.local.WorkersDie": Meaning(503, UNAVAILABLE, "Workers keep dying"),
    "service.archive.cluster.NoCluster": Meaning(503, UNAVAILABLE, "The cluster can't be reached"),
    "service.archive.run.ChangedCommand": Meaning(409, REFUSED, "The output is another command's"),
    "service.archive.run.Busy": Meaning(409, REFUSED, "The output is being written"),
    "service.archive.run.OutputTaken": Meaning(409, REFUSED, "The output is something else"),
    "service.archive.layout.NotAnOutput": Meaning(422, USAGE, "The output can't be of this kind"),
    "service.archive.storage.StorageFailed": Meaning(503, UNAVAILABLE, "A file can't be used"),
    "service.archive.storage.StorageFull": Meaning(507, UNAVAILABLE, "The disk is full"),
    "service.settings.InvalidSetting": Meaning(500, USAGE, "A setting can't be read"),
}


def meaning(error: StancewireError) -> Meaning:
    """Return the row of an error's class, or of its nearest parent that has one."""
    for cls in type(error).__mro__:
        found = MEANINGS.get(f"{cls.__module__}.{cls.__qualname__}")
        if found is not None:
            return found
    return UNKNOWN
