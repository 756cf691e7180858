"""How a sentence gives away that it cannot stand alone, and which words make a claim a careful one, in 14 languages.

A table of openings, not grammar. Where an opening may or may not lean on the sentence before ("Das" is an article and
a pronoun), only the forms that surely do are listed. A language that is not listed gets no such check, and a summary
that stays nearer to the first sentence.
"""

from __future__ import annotations

import re
from functools import cache

# A sentence with one of these openings depends on the one before: pronouns, pointing words, connectives, verbs of
# saying without a subject. Separated by "|", since an opening may be several words.
_DEPENDENT = {
    "en": "he|she|it|they|his|her|its|their|this|these|those|that|but|and|or|so|however|also|moreover|meanwhile|"
    "furthermore|additionally|in addition|therefore|thus|hence|instead|nevertheless|nonetheless|still|yet|then|"
    "such|both|there he|there she|as a result|for example|for instance|in other words|according to him|"
    "according to her|according to them|on the other hand|by contrast|in contrast|similarly|likewise|"
    "at the same time|at that time|even so|that said|indeed|in fact|of course|here|the latter|the former|among them",
    "de": "er|sie|es|sein|seine|ihr|ihre|ihm|ihnen|dies|diese|dieser|dieses|diesem|diesen|jene|jener|jenes|das ist|"
    "das war|das sei|das wäre|das wird|das hat|das hatte|das heißt|das bedeutet|das könnte|das soll|das sagte|"
    "der ist|die ist|die sind|damit|dabei|daher|dazu|darüber|dafür|dagegen|daran|darauf|daraus|danach|davon|davor|"
    "dadurch|deshalb|deswegen|doch|aber|und|oder|allerdings|zudem|außerdem|auch|demnach|so|denn|dort|hier|dennoch|"
    "trotzdem|jedoch|hingegen|stattdessen|vielmehr|gleichzeitig|zugleich|ferner|schließlich|ebenso|ebenfalls|"
    "laut ihm|laut ihr|ihm zufolge|ihr zufolge|im gegensatz dazu|darunter|beide|solche|letztere|zum beispiel",
    "nl": "hij|zij|ze|zijn|haar|hun|dit|deze|dat|die|het is|het was|het heeft|het wordt|het gaat|het kan|het zou|maar|"
    "en|of|ook|bovendien|daarnaast|echter|toch|daarom|daardoor|daarmee|hierdoor|hiermee|dus|toen|zo|volgens hem|"
    "volgens haar|daarbij|verder|tegelijkertijd|intussen|ondertussen|niettemin|desondanks|bijvoorbeeld|beide|zulke",
    "pt": "ele|ela|eles|elas|isso|isto|este|esta|estes|estas|esse|essa|esses|essas|aquele|aquela|mas|e|ou|no entanto|"
    "porém|contudo|todavia|além disso|também|já|assim|portanto|por isso|então|segundo ele|segundo ela|"
    "de acordo com ele|de acordo com ela|seu|sua|seus|suas|disse|afirmou|acrescentou|explicou|declarou|ali|lá|"
    "enquanto isso|por outro lado|por exemplo|ainda assim|ao mesmo tempo|ambos|ambas|tal|nesse|nessa|neste|nesta|"
    "com isso|dessa forma|desta forma|entretanto|ou seja|aliás|inclusive",
    "es": "él|ella|ellos|ellas|ello|esto|este|esta|estos|estas|eso|ese|esa|esos|esas|aquel|aquella|pero|y|e|o|"
    "sin embargo|no obstante|además|también|por su parte|por tanto|por lo tanto|por ello|por eso|así|entonces|"
    "según él|según ella|su|sus|dijo|afirmó|añadió|agregó|explicó|señaló|declaró|allí|ahí|mientras tanto|"
    "por otro lado|por otra parte|por ejemplo|aun así|al mismo tiempo|ambos|ambas|tal|asimismo|de hecho|es decir",
    "it": "egli|lui|lei|loro|esso|essa|essi|questo|questa|questi|queste|quello|quella|ciò|ma|e|ed|o|però|tuttavia|"
    "inoltre|anche|così|quindi|dunque|perciò|pertanto|secondo lui|secondo lei|il suo|la sua|i suoi|le sue|ha detto|"
    "ha aggiunto|ha spiegato|ha dichiarato|lì|là|nel frattempo|d'altra parte|ad esempio|per esempio|allo stesso tempo|"
    "entrambi|entrambe|tale|tali|infatti|insomma|invece|eppure|in questo modo",
    "fr": "il|elle|ils|elles|ce|cet|cette|ces|cela|ceci|ça|c'est|c'était|celui-ci|celle-ci|ceux-ci|mais|et|ou|or|donc|"
    "cependant|toutefois|néanmoins|pourtant|ainsi|aussi|de plus|en outre|par ailleurs|selon lui|selon elle|son|sa|"
    "ses|leur|leurs|là|alors|ensuite|puis|par exemple|en revanche|au contraire|en effet|de même|en même temps|"
    "une telle|un tel|dans ce|dans cette|l'un|l'une|d'après lui|pour autant|d'ailleurs|car",
    "pl": "on|ona|ono|oni|one|to|ten|ta|te|ci|tego|tej|tych|tym|jednak|jednakże|ale|a|i|lub|jego|jej|ich|dodał|dodała|"
    "powiedział|powiedziała|również|także|też|ponadto|dlatego|więc|zatem|tak|tam|wtedy|tymczasem|natomiast|"
    "według niego|według niej|z kolei|na przykład|mimo to|poza tym|co więcej|jednocześnie|oba|obie|taki|taka|takie",
    "ru": "он|она|оно|они|его|её|ее|их|это|этот|эта|эти|этого|этой|тот|та|те|однако|но|а|и|или|при этом|кроме того|"
    "также|поэтому|там|так|тем не менее|по его словам|по её словам|по ее словам|по их словам|тогда|затем|между тем|"
    "впрочем|зато|таким образом|например|в то же время|с другой стороны|оба|обе|такой|такая|такие|более того|"
    "ранее он|тем временем|вместе с тем|причём|причем|об этом",
    "tr": "o|bu|şu|bunlar|onlar|onun|bunun|buna|bunu|bunda|bundan|ancak|ayrıca|fakat|ama|ve|veya|çünkü|böylece|"
    "dolayısıyla|öte yandan|bu arada|üstelik|yine de|örneğin|aynı zamanda|ona göre|dahası|bununla birlikte|"
    "buna rağmen|bu nedenle|bu yüzden|her ikisi|böyle|öyle|orada|burada",
    "ar": "هو|هي|هم|هذا|هذه|ذلك|تلك|هؤلاء|وهو|وهي|وهذا|وهذه|وذلك|لكن|ولكن|لكنه|ولكنه|كما|غير أن|إلا أن|ومع ذلك|"
    "بالإضافة إلى ذلك|وأضاف|وأضافت|وتابع|وتابعت|أضاف|مضيفا|وفي الوقت نفسه|لذلك|ولذلك|أيضا|وأيضا|ثم|بينما|فيما|"
    "على سبيل المثال|من ناحية أخرى|ومن ثم|وبالتالي|وقال إن|وقالت إن|حيث|وهناك|هناك|إنه|إنها|وأنه|وإنه",
    "zh": "这|這|那|他|她|它|其|该|該|但|然而|此外|同时|同時|因此|不过|不過|而|并|並|对此|對此|与此|與此|另外|所以|"
    "于是|於是|据此|據此|例如|比如|相比之下|也就是|换句话说|換句話說|当时|當時|随后|隨後|之后|之後|两者|兩者|此举|此舉|此前他|"
    "更重要|尽管如此|儘管如此|可是|而且|以及|或者|同样|同樣|反之|总之|總之|上述",
    "ja": "これ|それ|あれ|この|その|あの|ここ|そこ|こう|そう|しかし|また|さらに|一方|そして|だが|なお|彼|同社|同氏|"
    "同時に|ただ|ただし|しかも|つまり|したがって|そのため|例えば|たとえば|ちなみに|もっとも|とはいえ|それでも|加えて|両社|両者|"
    "当時|以上|すると|ところが|にもかかわらず",
    "ko": "이는|이것|이번에 그|이에|그는|그녀는|그가|그들은|그의|이|그|저|그러나|하지만|또한|또|한편|이어|그리고|"
    "따라서|그래서|아울러|게다가|더불어|특히 이|예를 들어|즉|다만|그럼에도|동시에|당시|여기에|이들은|이들|이를|"
    "그것|반면",
}

# The first person, in which an article may begin; further down somebody is being quoted.
_SPEAKER = {
    "en": "i|we|my|our",
    "de": "ich|wir|mein|meine|unser|unsere",
    "nl": "ik|wij|we|mijn|ons|onze",
    "pt": "eu|nós|meu|minha|nosso|nossa",
    "es": "yo|nosotros|mi|nuestro|nuestra",
    "it": "io|noi|mio|mia|nostro|nostra",
    "fr": "je|j'ai|nous|mon|ma|notre|nos",
    "pl": "ja|my|mój|moja|nasz|nasza|nasze",
    "ru": "я|мы|мой|моя|наш|наша|наше|наши",
    "tr": "ben|biz|benim|bizim",
    "ar": "أنا|نحن",
    "zh": "我们|我們|我",
    "ja": "私|我々|わたし|僕",
    "ko": "저는|나는|우리는|우리|제",
}

# Scripts that join words: an opening there is a beginning of the sentence, not a word of it.
_JOINED = frozenset({"zh", "ja"})

# Words that make a claim somebody's claim. A sentence is never cut so that its claim stays and these go.
_HEDGE_WORDS = frozenset(
    "reportedly allegedly supposedly apparently purportedly may might could claim claims claimed said says rumor "
    "rumour rumored rumoured sources unconfirmed likely "
    "angeblich offenbar wohl möglicherweise könnte könnten soll sollen laut zufolge gerücht behauptet vermutlich "
    "supostamente alegadamente segundo poderia pode teria "
    "supuestamente presuntamente según podría habría presumiblemente "
    "presumibilmente secondo potrebbe avrebbe sembra "
    "selon pourrait aurait serait présumé apparemment "
    "volgens zou mogelijk vermoedelijk rzekomo podobno według może "
    "якобы предположительно возможно сообщает iddia göre olabilir söylenti "
    "يقال يزعم وفقا ربما قد بحسب".split()
)
_HEDGE_PHRASES = tuple(
    "according to|de acordo com|al parecer|d'après|naar verluidt|по слухам|по данным|öne sürdü|"
    "据报道|据称|據稱|據報導|据悉|传闻|傳聞|可能|或将|或將|疑似|とされる|という|らしい|かもしれない|見られる|報道|"
    "알려졌|전해졌|주장|가능성|보도".split("|")
)
_WORDS = re.compile(r"[^\W\d_]+")

_LEADING = " \t\"'“”„«»‘’‚‹›「」『』()（）[]【】—–-"


def leans(sentence: str, language: str) -> bool:
    """True when a sentence opens as one does that leans on the sentence before it."""
    return _opens(sentence, language, "leans")


def speaks(sentence: str, language: str) -> bool:
    """True when a sentence opens in the first person: the article's own at its top, somebody's words below."""
    return _opens(sentence, language, "speaks")


def hedged(text: str) -> bool:
    """True when a text says that something is claimed, not known."""
    lowered = text.lower()
    return not _HEDGE_WORDS.isdisjoint(_WORDS.findall(lowered)) or any(each in lowered for each in _HEDGE_PHRASES)


def _opens(sentence: str, language: str, kind: str) -> bool:
    opening = _opening(language, kind)
    return opening is not None and opening.match(sentence.lstrip(_LEADING)) is not None


@cache
def _opening(language: str, kind: str) -> re.Pattern[str] | None:
    words = (_SPEAKER if kind == "speaks" else _DEPENDENT).get(language)
    if words is None:
        return None
    alternatives = "|".join(re.escape(word) for word in words.split("|"))
    end = "" if language in _JOINED else r"(?!\w)"
    return re.compile(f"(?:{alternatives}){end}", re.IGNORECASE)
