"""What a link carries for its sender and not for its reader: tracking parameters, and wrappers around an address.

A parameter goes only if no site is known to select an article by it. One left over costs a second fetch, and copies
are recognised by their text; one too many merges two articles, and the second is never read.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from watcher.urls.address import Address

# Names that are nothing else anywhere, lower case.
_ALWAYS = frozenset(
    # click ids of advertising networks
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ymclid twclid ttclid li_fat_id igshid igsh rdt_cid epik "
    "srsltid gad_source gad_campaignid _openstat "
    # mail and marketing systems
    "mc_cid mc_eid _hsenc _hsmi hsctatracking mkt_tok vero_id vero_conv oly_anon_id oly_enc_id wickedid s_cid ncid "
    "cmpid icid sc_cid trk_contact trk_msg trk_module ml_subscriber ml_subscriber_hash ck_subscriber_id _bta_tid "
    # analytics
    "_ga _gl _gac ga_source ga_medium ga_campaign xtor xtref wt_mc wt.mc_id wt.mc_ev wt_zmc ocid cvid ito taid "
    "ns_mchannel ns_source ns_campaign ns_linkname ns_fee guccounter guce_referrer guce_referrer_sig "
    # share buttons and readers
    "ref_src ref_url referrer referer soc_src soc_trk spref sr_share smid smtyp feedtype feedname share_token "
    "sharetoken share_source __twitter_impression fb_action_ids fb_action_types fb_ref fb_source isappinstalled spm "
    "scm phpsessid".split()
)
_PREFIX = re.compile(
    r"utm_|mtm_|pk_|piwik_|matomo_|hsa_|itm_|at_(?:medium|campaign|custom|link|ptr|bbc|format|creation)"
)
# Names that select an article on some sites (`ref` a branch, `source` a data set): they go only with a sender's name.
_SENDER_NAMES = frozenset("ref source src from via f partner cmp campaign medium origin share shared feature".split())
_SENDER = re.compile(
    r"(?i)(?:rss|atom|feed|feeds|twitter|facebook|fb|linkedin|reddit|hackernews|hn|telegram|whatsapp|wechat|weixin|"
    r"timeline|singlemessage|groupmessage|newsletter|email|e-mail|mail|share|social|home|homepage|frontpage|flipboard|"
    r"googlenews|google|news_google|feedly|pocket|producthunt|mobile|amp)(?:[-_.]?(?:rss|feed|share|post|app|link|nl))?"
)
_SITE_NAME = re.compile(r"(?i)(?:[a-z0-9-]+\.)+[a-z]{2,}")  # newsletters write "?ref=their-site.com"
# Names that mean something only on one site (and its subdomains).
_BY_SITE = {
    "youtube.com": frozenset("feature si pp ab_channel".split()),
    "youtu.be": frozenset("feature si".split()),
    "news.google.com": frozenset("oc hl gl ceid".split()),
    "msn.com": frozenset("ei pc".split()),
    "wsj.com": frozenset("mod reflink st".split()),
    "marketwatch.com": frozenset("mod".split()),
    "barrons.com": frozenset("mod".split()),
    "bloomberg.com": frozenset("srnd sref leadsource".split()),
    "nytimes.com": frozenset("emc partner".split()),
    "weixin.qq.com": frozenset("chksm scene srcid mpshare subscene clicktime enterid sharer_shareid".split()),
    "sohu.com": frozenset("_f _trans_ scm".split()),
}
_AMP = {"amp": ("", "1", "true", "amp"), "outputtype": ("amp",), "output": ("amp",)}

_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}")
_AMP_CACHE = re.compile(r"/(?:[civwa]/)?(s/)?([^/?]+\.[^/?]+(?:/.*)?)")


def cleaned(host: str, query: str) -> str:
    """The query without what does not select an article, its parameters in the order of their names."""
    if not query:
        return ""
    own = next((names for site, names in _BY_SITE.items() if host == site or host.endswith("." + site)), frozenset())
    kept = [part for part in query.split("&") if part and not _is_tracking(part, own)]
    # "?12345-some-title&page=2": software that reads a bare first part by its place gets it where it was.
    if all("=" in part for part in kept):
        kept.sort(key=lambda part: part.partition("=")[0])
    return "&".join(kept)


def unwrapped(address: Address) -> str:
    """The address that this one only leads to; empty when it stands for itself. Nothing is asked, only read."""
    host, path = address.host, address.path
    if _GOOGLE.fullmatch(host):
        if path == "/url":
            return _parameter(address.query, "url") or _parameter(address.query, "q")
        return _from_amp_cache(path.removeprefix("/amp"), address.query) if path.startswith("/amp/") else ""
    if host.endswith(".cdn.ampproject.org"):
        return _from_amp_cache(path, address.query)
    if host in ("bing.com", "www.bing.com") and path.lower() == "/news/apiclick.aspx":
        return _parameter(address.query, "url")
    if host in ("l.facebook.com", "lm.facebook.com") and path == "/l.php":
        return _parameter(address.query, "u")
    return ""


def _is_tracking(part: str, own: frozenset[str]) -> bool:
    name, _, value = part.partition("=")
    name = unquote(name).lower()
    if name in _ALWAYS or name in own or _PREFIX.match(name):
        return True
    if name in _AMP:
        return value.lower() in _AMP[name]
    if name in _SENDER_NAMES:
        value = unquote(value)
        return bool(_SENDER.fullmatch(value) or (name == "ref" and _SITE_NAME.fullmatch(value)))
    return False


def _parameter(query: str, wanted: str) -> str:
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == wanted:
            return unquote(value.replace("+", " ")).strip()
    return ""


def _from_amp_cache(path: str, query: str) -> str:
    match = _AMP_CACHE.fullmatch(path)
    if match is None:
        return ""
    return f"{'https' if match[1] else 'http'}://{match[2]}{'?' if query else ''}{query}"
