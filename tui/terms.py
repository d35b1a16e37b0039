"""What the words of the ledger are called in each language: kinds, attributes, statuses and other choices.

These are the partnership's own terms, not sentences, so they stand in one table that screens, tables and help read,
and not in the message catalogue. A test fails when an event declares a choice, or an effect writes an attribute, that
is not here.
"""

from __future__ import annotations

from typing import Final

from tui.locale import language

_TABLE: Final = """
about = about | om
activity = activity | aktivitet
addition = additional proposal | tilleggsforslag
addressees = addressees | adressater
administrative = administrative body | administrativt organ
administrator = administrator | administrator
adopted = adopted | vedtatt
advice = advice | råd
agenda = agenda | sakliste
agreement = agreement | avtale
agreements = agreements | avtaler
alias = alias | også kalt
aliases = aliases | også kalt
allocated = allocated | bevilget
alternative = alternative proposal | alternativt forslag
amendment = amendment | endringsforslag
amount = amount | beløp
annotation = note | merknad
annotations = notes | merknader
answer = answer | svar
answers = answers | svar
applicant = applicant | søker
application = application | søknad
applications = applications | søknader
applied = applied for | omsøkt
approximate = approximate | omtrentlig
archive_custodian = archive custodian | arkivansvarlig
archive_ref = archive reference | arkivreferanse
archived_case = archived case | arkivert sak
area = area | areal
assembly = assembly | representantskap
assessment = assessment | vurdering
assigned = assigned | tildelt
association = association | forening
attachment = attachment | vedlegg
attachments = attachments | vedlegg
attested = known by then | kjent innen da
auditor = auditor | revisor
author = author | avsender
awarded = granted | innvilget
basis = basis | grunnlag
better_source = better source | bedre kilde
block_grant = block grant | rammetilskudd
board = board | styre
board_1992 = board under § 27 (1992) | styre etter § 27 (1992)
bodies = bodies | organer
body = body | organ
bounded = one day between | én dag mellom
by = by | av
bytes = the document itself | selve dokumentet
called = called | innkalt
cancelled = cancelled | avlyst
capacity_adopted = staffing requirement | bemanningskrav
capacity_proposed = proposed staffing requirement | foreslått bemanningskrav
case = case | sak
case_number = case number | saksnummer
case_paper = case paper | saksframlegg
case_worker = case worker | saksbehandler
cases = cases | saker
central_role = central role | sentral rolle
chair = chair | leder
changed = changed | sist endret
chief_executive = chief executive | kommunedirektør/rådmann
circular = under itself, in a ring | under seg selv, i ring
claim = claim | påstand
claims = claims | påstander
clean = clean | ren
closed = closed | avsluttet
co_financing = co-financing | medfinansiering
code = municipality number | kommunenummer
committee = committee | utvalg
completed = completed | fullført
composition_adopted = composition | sammensetning
composition_proposed = proposed composition | foreslått sammensetning
concerns = concerns | gjelder
condition = condition | vilkår
conditional = conditional | betinget
conditions = conditions | vilkår
conflict = source conflict | kildekonflikt
conflicts = source conflicts | kildekonflikter
conjecture = conjecture | formodning
conjectured = conjectured | formodet
consideration = to be regarded | skal hensyntas
considered = considered | tenkes
coordinator = coordinator | koordinator
cost = cost | kostnad
count = count | antall
county = county | fylke
county_change = change of county | fylkesbytte
county_merger = county merger | fylkessammenslåing
created = created | opprettet
customer_group = customer group | kundegruppe
customers = customers | kunder
date = date | dato
deadline = deadline | frist
death = death | død
decided = decided | vedtatt
decides = decides | avgjør
decision = decision | vedtak
decisions = decisions | vedtak
declared = declared | meldt
declined = declined | avslått
declines = declines | avslår
deferral = left to another process | henvist til annen behandling
deliverables = deliverables | leveranser
delivered = delivered | levert
deputy_chair = deputy chair | nestleder
discretionary = discretionary funds | skjønnsmidler
dissolution = dissolution | oppløsning
document = document | dokument
documented = documented | dokumentert
documents = documents | dokumenter
done = done | gjort
dormant = dormant | hvilende
doubt = doubt | tvil
effect = effect | virkning
elected = elected body | folkevalgt organ
ended_by = ended by | opphørt ved
endorsed = endorsed by | sluttet opp om av
entry = entry | føring
evidenced = evidenced | påvist
exemption = exemption | fritak
exists = exists | finnes
expert_council = expert council | fagråd
explanation = explanation | forklaring
extract = extract | særutskrift
failed = not fulfilled | ikke oppfylt
followed = followed | fulgt
form = legal form | organisasjonsform
forwarded = forwarded to | oversendt til
fulfilled = fulfilled | oppfylt
full = in full | i sin helhet
function = function | funksjon
function_for = function for | funksjon for
functioning = functioning | fungerer
functions = functions | funksjoner
fund = fund | midler
funder = funder | giver
funding_principle = funding principle | finansieringsprinsipp
funding_principles = funding principles | finansieringsprinsipper
funds = funds | midler
gap = missing | mangler
gaps = missing | mangler
giver = given by | gitt av
goal = goal | mål
goals = goals | mål
granted = granted | tilsagn
handles = handles | behandler
held = held | beholdning
held_by = held by | innehas av
holder = holder | innehaver
holders = holders | innehavere
holds_post = holds post | har verv
host = host | vert
host_municipality = host municipality | vertskommune
how = how | hvordan
import = import | import
in_force = in force | i kraft
inferred = inferred | utledet
institution = institution | institusjon
intention = intention | intensjon
interest_organisation = interest organisation | interesseorganisasjon
intermunicipal_company = inter-municipal company | interkommunalt selskap
invited = invited | invitert
is = is | er
joins = joins | slutter seg til
kind = kind | type
lapsed = lapsed | bortfalt
legal_basis = legal basis | hjemmel
letter = letter | brev
level = level | omfang
manager = manager | daglig leder
mandate = mandate | mandat
mandates = mandates | mandater
maybe = maybe | kanskje
measure = measure | tiltak
measures = measures | tiltak
measures_counted = measures counted | antall tiltak
meeting = meeting | møte
meetings = meetings | møter
member = member | medlem
member_of = member of | medlem i
members = members | medlemmer
merger = merger | sammenslåing
merger_inquiry = merger inquiry | sammenslåingsutredning
minutes = minutes | protokoll
municipality = municipality | kommune
name = name | navn
national_programme = national programme | nasjonalt program
need = need | behov
network = network | nettverk
no = number | nummer
no_statutory_form = no statutory form | uten lovfestet form
not_followed = not followed | ikke fulgt
not_functioning = not functioning | fungerer ikke
observer = observer | observatør
ocr_broken = broken by text recognition | ødelagt av tekstgjenkjenning
on_agenda = on agenda | på sakliste
on_whom = on whom | på hvem
open = open | åpen
open_question = open question | åpent spørsmål
open_questions = open questions | åpne spørsmål
open_to = open to | åpen for
opened = opened | åpnet
opinion = gives opinion | uttaler seg
ordered = draft ordered | utkast bestilt
orderer = orderer | bestiller
organisation = organisation | virksomhet
organisations = organisations | virksomheter
orgnr = organisation number | organisasjonsnummer
other = other | annet
outcome = outcome | utfall
own_share = own share | egenandel
owner = owner | eier
parent = belongs to | hører til
part_of = part of | del av
partial = partial | delvis
participates = participates | deltar
partly = partly | delvis
partly_assigned = partly assigned | delvis tildelt
paused = paused | satt på vent
period_from = period from | periode fra
period_until = period until | periode til
person = person | person
persons = persons | personer
phase = phase | fase
pillar = pillar | søyle
pillars = pillars | søyler
place = place | sted
plan = plan | plan
planned = planned | planlagt
plans = plans | planer
point = point | punkt
points = points | punkter
political_council = political council | interkommunalt politisk råd
population = population | folketall
portfolio_board = portfolio board | porteføljestyre
possibility = possibility | mulighet
possible = possible | mulig
post = post | verv
postponement = postponement | utsettelsesforslag
posts = posts | verv
potential = potential participants | aktuelle deltakere
precondition = precondition | forutsetning
predecessor = predecessor | forgjenger
predecessors = predecessors | forgjengere
principle = principle | prinsipp
principles = principles | prinsipper
programme = programme | program
programme_board = programme board | programstyre
proposal = proposal | forslag
proposals = proposals | forslag
proposed = proposed | foreslått
published = published | publisert
quality = quality | kvalitet
question = question | spørsmål
reason = reason | grunn
recall = recall | tilbakekalt
received = received | mottatt
receiver = given to | gitt til
recommendation = recommendation | anbefaling
recommendations = recommendations | anbefalinger
recommended = recommended | anbefalt
recommended_to = recommended to | anbefalt til
recommends = recommends | innstiller
reconstructed = reconstructed | rekonstruert
record = statement for the record | protokolltilførsel
recording_error = recording error | føringsfeil
reference_only = reference only | bare henvisning
refused = refused | avslått
regional_council = regional council | regionråd
register = register | register
relative = relative | relativ
report = report | rapport
reported = reported | omtalt
request = request | anmodning
reserves = with reservations | tar forbehold
resignation = resignation | fratredelse
resolution = resolution | avklaring
resolutive = resolutive | oppløsende
resolved = resolved | avklart
resumed = resumed | gjenopptatt
retold = retold | gjengitt
role = role | rolle
route = route | saksgang
rules = rules | regler
season = season | årstid
seats = seats | plasser
secretariat = secretariat | sekretariat
secretary = secretary | sekretær
sent = sent | sendt
sent_or_planned = sent or planned | sendt eller planlagt
settled_by = settled by | avklart av
sha256 = SHA-256 | SHA-256
shall = shall | skal
share = share | andel
signed = signed | undertegnet
source_erratum = error in the source | feil i kilden
sources = sources | kilder
split = split | deling
staff = staff | årsverk
staffing = staffing | årsverk
stamps = stamps | stempler
started = started | startet
starts = starts | starter
state = state body | statlig organ
statement = statement | utsagn
statements = statements | utsagn
status = status | status
steering_group = steering group | styringsgruppe
strategies = strategies | strategier
strategy = strategy | strategi
strategy_group = strategy group | strategigruppe
strength = strength | styrke
subject = subject | gjelder
substitute = substitute | vara
succeeded_by = succeeded by | etterfulgt av
successors = successors | etterfølgere
supplied_by = supplied by | levert av
supplier = supplier | leverandør
supplies = supplies | leveranser
supply = supply | leveranse
supported = supported | støttet
survey = survey | kartlegging
surveys = surveys | kartlegginger
suspensive = suspensive | utsettende
taken_as_basis = taken as basis | lagt til grunn
target_group = target group | målgruppe
task_community = task community | kommunalt oppgavefellesskap
tasks_to = tasks to | oppgaver til
term = end of term | perioden ute
term_until = term until | periode til
text = text | tekst
text_change_requested = change of text asked for | tekstendring ønsket
to = to | til
to_be_done = to be done | skal gjøres
total = total | total
translation = translation | oversettelse
treated = treated | behandlet
unassigned = unassigned | ikke tildelt
under = under | underlagt
under_way = under way | pågår
unknown = unknown | ukjent
vacant = vacant | ledig
verbatim = verbatim | ordrett
version = version | versjon
waived = waived | frafalt
web_page = web page | nettside
wish = wish | ønske
wished = wished | ønsket
wished_function = wished function | ønsket funksjon
wished_function_for = wished function for | ønsket funksjon for
wished_functions = wished functions | ønskede funksjoner
with = with | med
withdrawn = withdrawn | trukket
witnessed = witnessed | bevitnet
wording = wording | ordlyd
working_group = working group | arbeidsgruppe
year = year | år
year-inferred = year inferred | året er utledet
yes = yes | ja
"""

_WORDS: Final = {
    word.strip(): tuple(part.strip() for part in labels.split("|"))
    for word, _, labels in (line.partition("=") for line in _TABLE.strip().splitlines())
}


def known(word: str) -> bool:
    """Whether the table has the word."""
    return word in _WORDS


def term(word: str) -> str:
    """What the word is called in the reader's language; one not in the table is shown with spaces for underscores."""
    labels = _WORDS.get(word)
    if labels is None:
        return word.replace("_", " ")
    return labels[1] if language() == "nb" else labels[0]


def word_meant(label: str) -> str:
    """The word a person means by its label in the reader's language; the label itself when it is none, or of many."""
    wanted = label.casefold().strip()
    if wanted in _WORDS:
        return wanted
    found = [word for word, labels in _WORDS.items() if wanted in {text.casefold() for text in labels}]
    return found[0] if len(found) == 1 else label


def word_for(label: str, among: tuple[str, ...]) -> str | None:
    """The choice that a person means by a label in either language, or by the word itself."""
    wanted = label.casefold().strip()
    for word in among:
        if wanted in {word.casefold(), *(text.casefold() for text in _WORDS.get(word, ()))}:
            return word
    return None
