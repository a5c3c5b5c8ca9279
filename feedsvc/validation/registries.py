"""What the registries say that feeds refer to: as much of them as a judgement needs."""

from __future__ import annotations

# ISO 639-1, as in the IANA language subtag registry. Every subtag of three letters is let through: there are eight
# thousand.
LANGUAGES = frozenset(
    """ aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu
    iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms
    mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh
    zu """.split()
)

# The grandfathered tags of RFC 5646 §2.1 that no longer follow the grammar, or whose first subtag alone is none.
GRANDFATHERED = frozenset(
    """
    en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu
    sgn-be-fr sgn-be-nl sgn-ch-de art-lojban cel-gaulish no-bok no-nyn zh-guoyu zh-hakka zh-min zh-min-nan zh-xiang
    """.split()
)

# ISO 3166-1 alpha-2.
COUNTRIES = frozenset(
    """
    ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ca
    cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr ga
    gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp
    ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms
    mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs
    ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw
    tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
    """.split()
)

# IANA link relations, and those that feeds carry by the specifications of their extensions.
LINK_RELATIONS = frozenset(
    """
    about acl alternate amphtml appendix apple-touch-icon archives author blocked-by bookmark canonical chapter
    cite-as collection compression-dictionary contents convertedfrom copyright create-form current deprecation
    describedby describes disclosure dns-prefetch duplicate edit edit-form edit-media enclosure external first geofeed
    glossary help hosts hub ice-server icon index intervalafter intervalbefore intervalcontains intervaldisjoint
    intervalduring intervalequals intervalfinishedby intervalfinishes intervalin intervalmeets intervalmetby
    intervaloverlappedby intervaloverlaps intervalstartedby intervalstarts item last latest-version license linkset
    lrdd manifest mask-icon me media-feed memento micropub modulepreload monitor monitor-group next next-archive
    nofollow noopener noreferrer opener openid2.local_id openid2.provider original p3pv1 payment pingback preconnect
    predecessor-version prefetch preload prerender prev prev-archive preview previous privacy-policy profile
    publication rdap-active rdap-bottom rdap-down rdap-top rdap-up related replies restconf ruleinput search section
    self service service-desc service-doc service-meta sip-trunking-capability sponsored start status stylesheet
    subsection successor-version sunset tag terms-of-service timegate timemap type ugc up version-history via
    webmention working-copy working-copy-of
    """.split()
)

# URI schemes that stand in feeds: IANA's permanent ones, and the provisional and historical ones that are in use.
SCHEMES = frozenset(
    """
    about acct acr at bitcoin blob cid coap coaps data dat dav did dict dns doi dweb ens example feed fax file ftp
    ftps geo gemini git go gopher gtalk h323 hdl http https iax icap im imap info ipfs ipn ipns ipp ipps iris irc irc6
    ircs isbn issn jabber jar jms lbry ldap ldaps lightning lvlt magnet mailserver mailto matrix message mid mms modem
    msrp mtqp mupdate news nfs nntp nostr ni nih oid opaquelocktoken payto pkcs11 pop podcast pres prospero reload
    rsync rtmp rtsp rtsps rtspu sftp service session shttp sieve sip sips skype sms snews snmp soap.beep spotify ssh
    stun stuns svn tag tel telnet teams tftp thismessage tip turn turns tv urn vemmi view-source wais webcal ws wss
    wtai xcon xmpp xri z39.50 z39.50r z39.50s
    """.split()
)

# Elements of HTML, those of its past included: whatever a browser gives a meaning to.
HTML_ELEMENTS = frozenset(
    """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body
    br button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir
    div dl dt element em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head
    header hgroup hr html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark
    marquee menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup option
    output p param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp script search section select
    shadow slot small source spacer span strike strong style sub summary sup svg math table tbody td template textarea
    tfoot th thead time title tr track tt u ul var video wbr xmp
    """.split()
)
# What feeds carry of SVG and MathML when they stand inside HTML text, where tags have no namespace.
EMBEDDED_ELEMENTS = frozenset(
    """
    animate animatemotion animatetransform circle clippath defs desc ellipse feblend fecolormatrix fecomposite
    fedropshadow feflood fegaussianblur femerge femergenode feoffset filter foreignobject g line lineargradient marker
    mask metadata path pattern polygon polyline radialgradient rect set stop switch symbol text textpath tspan use
    view annotation annotation-xml maction merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts
    mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics
    """.split()
)
