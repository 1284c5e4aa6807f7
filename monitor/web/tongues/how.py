"""Our words on how we watch: rules, outcomes, manners, silence, limits."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "how": "How we watch",
    "how.lead": "What this service looks at, how it decides that something is news, how it treats the publishers’"
                " servers, and what it cannot do.",
    "how.contents": "On this page",
    # a look
    "how.looks": "A look, and how it ends",
    "how.looks.1": "Each source is looked at every {pace} unless it has a slower pace of its own. We compare the page"
                   " as it came with the last good one that we kept, sentence by sentence. Every look ends in exactly"
                   " one of these ways, and is kept.",
    "how.looks.outcome": "How it ended",
    "how.looks.means": "What it means",
    "how.looks.after": "What follows",
    "how.after.first": "Nobody is told; from here on we compare.",
    "how.after.unchanged": "The page counts as verified at this moment.",
    "how.after.news": "The difference is judged by the rules below, and told.",
    "how.after.bad": "Nothing is told of it. The last good page stays what we compare with, and we look again.",
    "how.looks.2": "A block page, an empty answer, a truncated page, another country’s page or an old copy is never"
                   " taken for a change.",
    # rules
    "how.rules": "How a change is judged",
    "how.rules.1": "Each difference is held against these lines from top to bottom; the first that fits decides. A"
                   " change weighs what its heaviest difference weighs. Every difference names the line that decided.",
    "how.rules.severity": "Severity",
    "how.rules.when": "When",
    "how.rules.name": "Rule",
    "how.rules.caption": "All rules, in the order in which they are tried",
    "how.rules.2": "Severity is how soon a reader should act. It is not the publisher’s own level, which is quoted"
                   " beside it. Taking a warning away never weighs less than the same warning would if it were new.",
    # doubt
    "how.doubt": "When we look twice, and when we wait",
    "how.doubt.1": "A rise of level, a departure order or a call to leave is told at once, marked as not yet"
                   " confirmed until a second look agrees.",
    "how.doubt.2": "A fall of level, a section that vanished or a text that collapsed waits for a second look about"
                   " {second} later, {hold} at most. If the old page is back by then, nobody is told.",
    "how.doubt.3": "The same edit seen through two routes of one publisher is told once. The same edit on five or"
                   " more destinations is one message: to see it, changes up to medium wait {gather} where so many"
                   " are watched. What is high or critical never waits.",
    # silence
    "how.silence": "What our silence means",
    "how.silence.1": "Silence means: we looked, and the advice says what it said. The time beside each source says"
                     " when it was last verified.",
    "how.silence.2": "It never means that we do not know. When no source has shown a destination for {blind}, its"
                     " readers are told that our silence means nothing now, and told again when we can see.",
    # manners
    "how.manners": "How we treat the publishers’ servers",
    "how.manners.agent": "Every request says who asks:",
    "how.manners.robots": "We keep to robots.txt.",
    "how.manners.no_robots": "On this installation robots.txt is not consulted.",
    "how.manners.1": "At least {gap} lie between two requests to one host. We ask only for what changed, wait as long"
                     " as a server asks us to, and stay away for longer and longer, up to {longest}, after trouble."
                     " One look ends after {deadline} at the latest.",
    "how.manners.2": "We never imitate a browser and never get round a challenge. Who refuses us is shown here as"
                     " refusing us.",
    # limits
    "how.limits": "What it cannot do",
    "how.limits.1": "Some publishers’ pages refuse programs. We then rest on their feeds, which carry the text of the"
                    " advice and not the telephone numbers of embassies or the rules of entry.",
    "how.limits.2": "The rules read English text. They err on the side of telling: a page that was rewritten gives"
                    " many small findings.",
    "how.limits.3": "A site-wide edit is recognised only among the destinations watched here, five at least.",
    "how.limits.4": "A message counts as sent when the receiving server took it. Whether it was read is beyond us.",
    "how.limits.5": "If this service itself stood still, nobody could be told so at that time; the next look tells"
                    " what changed meanwhile.",
    "how.limits.6": "The publisher’s own page is what counts. Before acting, open it; every change links to it.",
    # corrections
    "how.wrong": "When we are wrong",
    "how.wrong.1": "A correction or withdrawal goes to exactly those who got the message, and stands on the page of"
                   " the change for good. Nothing is deleted.",
    "how.wrong.contact": "If you see a mistake, or publish one of these pages and want us to behave otherwise, write"
                         " to:",
    "how.wrong.nobody": "If you see a mistake, tell whoever gave you this address; they have named no contact here.",
    # sources
    "how.sources": "What is watched",
    "how.sources.none": "Nothing yet.",
    "how.sources.more": "{count} sources of {places} destinations; the overview lists them all.",
    "how.sources.history": "every look",
}  # fmt: skip

FRENCH: Mapping[str, str] = {
    "how": "Notre méthode",
    "how.lead": "Ce que ce service consulte, comment il décide qu’il y a du nouveau, comment il ménage les serveurs"
                " des sources, et ce qu’il ne sait pas faire.",
    "how.contents": "Sur cette page",
    "how.looks": "Une consultation et son issue",
    "how.looks.1": "Chaque source est consultée toutes les {pace}, sauf celles dont le rythme propre est plus lent."
                   " Nous comparons la page reçue à la dernière bonne page conservée, phrase par phrase. Chaque"
                   " consultation a une issue et une seule, et elle est conservée.",
    "how.looks.outcome": "Issue",
    "how.looks.means": "Ce que cela veut dire",
    "how.looks.after": "Ce qui s’ensuit",
    "how.after.first": "Personne n’est averti ; la comparaison part de là.",
    "how.after.unchanged": "La page est tenue pour vérifiée à cet instant.",
    "how.after.news": "La différence est jugée selon les règles ci-dessous, puis annoncée.",
    "how.after.bad": "Rien n’en est annoncé. La dernière bonne page reste la référence, et nous recommençons.",
    "how.looks.2": "Une page de blocage, une réponse vide, une page tronquée, la page d’un autre pays ou une copie"
                   " ancienne n’est jamais prise pour une modification.",
    "how.rules": "Comment une modification est jugée",
    "how.rules.1": "Chaque différence est confrontée à ces lignes de haut en bas ; la première qui convient décide."
                   " Une modification pèse autant que la plus grave de ses différences. Chaque différence nomme la"
                   " ligne qui a décidé.",
    "how.rules.severity": "Gravité",
    "how.rules.when": "Quand",
    "how.rules.name": "Règle",
    "how.rules.caption": "Toutes les règles, dans l’ordre où elles sont essayées",
    "how.rules.2": "La gravité dit dans quel délai le lecteur devrait agir. Ce n’est pas le niveau de la source, qui"
                   " est cité à côté. Retirer une mise en garde ne pèse jamais moins que l’ajouter.",
    "how.doubt": "Quand nous vérifions, et quand nous attendons",
    "how.doubt.1": "Un relèvement du niveau, un départ ordonné ou un appel à partir est annoncé aussitôt, avec la"
                   " mention « pas encore confirmée » jusqu’à ce qu’une seconde lecture concorde.",
    "how.doubt.2": "Un abaissement du niveau, une rubrique disparue ou un texte effondré attend une seconde lecture,"
                   " environ {second} plus tard et {hold} au plus. Si l’ancienne page est alors revenue, personne"
                   " n’est averti.",
    "how.doubt.3": "La même modification vue par deux voies d’une même source est annoncée une fois. La même"
                   " modification sur cinq destinations ou plus donne un seul message : pour la reconnaître, ce qui"
                   " ne dépasse pas la gravité moyenne attend {gather} là où autant de destinations sont suivies. Ce"
                   " qui est élevé ou critique n’attend jamais.",
    "how.silence": "Ce que signifie notre silence",
    "how.silence.1": "Le silence signifie : nous avons regardé, et les conseils disent ce qu’ils disaient. L’heure"
                     " indiquée près de chaque source est celle de la dernière vérification.",
    "how.silence.2": "Il ne signifie jamais que nous ne savons pas. Quand aucune source n’a montré une destination"
                     " depuis {blind}, ses abonnés apprennent que notre silence ne veut plus rien dire, puis que nous"
                     " voyons de nouveau.",
    "how.manners": "Comment nous ménageons les serveurs des sources",
    "how.manners.agent": "Chaque requête dit qui la fait :",
    "how.manners.robots": "Nous respectons le fichier robots.txt.",
    "how.manners.no_robots": "Sur cette installation, le fichier robots.txt n’est pas consulté.",
    "how.manners.1": "Au moins {gap} séparent deux requêtes à un même hôte. Nous ne demandons que ce qui a changé,"
                     " attendons aussi longtemps qu’un serveur le demande et, après un incident, espaçons nos visites"
                     " jusqu’à {longest}. Une consultation prend fin après {deadline} au plus tard.",
    "how.manners.2": "Nous n’imitons jamais un navigateur et ne contournons aucun contrôle. Qui nous refuse est"
                     " montré ici comme nous refusant.",
    "how.limits": "Ce que le service ne sait pas faire",
    "how.limits.1": "Les pages de certaines sources refusent les programmes. Nous nous appuyons alors sur leurs flux,"
                    " qui portent le texte des conseils, mais ni les téléphones des ambassades ni les règles"
                    " d’entrée.",
    "how.limits.2": "Les règles lisent un texte anglais. Dans le doute, elles annoncent : une page réécrite donne"
                    " beaucoup de petits constats.",
    "how.limits.3": "Une modification générale n’est reconnue que parmi les destinations suivies ici, cinq au moins.",
    "how.limits.4": "Un message compte comme envoyé dès que le serveur destinataire l’a accepté. Qu’il ait été lu"
                    " nous échappe.",
    "how.limits.5": "Si ce service lui-même s’est arrêté, personne n’a pu en être averti sur le moment ; la"
                    " consultation suivante annonce ce qui a changé entre-temps.",
    "how.limits.6": "C’est la page de la source qui fait foi. Ouvrez-la avant d’agir ; chaque modification y renvoie.",
    "how.wrong": "Quand nous nous trompons",
    "how.wrong.1": "Une correction ou un retrait va exactement à ceux qui ont reçu le message, et reste affiché sur"
                   " la page de la modification. Rien n’est effacé.",
    "how.wrong.contact": "Si vous voyez une erreur, ou si vous publiez l’une de ces pages et souhaitez que nous"
                         " agissions autrement, écrivez à :",
    "how.wrong.nobody": "Si vous voyez une erreur, signalez-la à qui vous a donné cette adresse ; aucun contact n’est"
                        " indiqué ici.",
    "how.sources": "Ce qui est suivi",
    "how.sources.none": "Rien pour l’instant.",
    "how.sources.more": "{count} sources pour {places} destinations ; la vue d’ensemble les énumère toutes.",
    "how.sources.history": "chaque consultation",
}  # fmt: skip
