"""The words by which a headline says that it tells no event, a language a line; `word*` takes any ending.

Folded, as `topics.cues` has them: accents and case do not matter. A form with `^` opens the headline, or what stands
behind its label or colon.
"""

from __future__ import annotations

# Whatever else such a headline says, it advises, lists, explains or comments.
FORMS: dict[str, str] = {
    "advice": """
        how to|step-by-step|step by step|tutorial*|beginner's guide|^guide to|complete guide|hands-on guide
        tips and tricks
        cheat sheet|webinar*|^build a|^building a|^getting started
        so geht*|so installier*|so nutz*|so richte*|anleitung*|ratgeber|schritt fur schritt|tipps|praxistipp
        como usar|como instalar|como rodar|como configurar|como criar|como executar|passo a passo|guia de|guia para
        dicas
        como ejecutar|como montar|paso a paso|guia completa|trucos
        come usare|come installare|come configurare|come eseguire|come funziona|guida a|guida all|guida completa
        consigli per
        comment installer|comment utiliser|comment configurer|comment faire|tuto|tutoriel*|mode d'emploi|pas a pas
        astuces
        hoe je|handleiding|stappenplan|poradnik|jak zainstalowac|jak uzywac|krok po kroku|nasil kurulur
        nasil kullanilir|rehberi
        как установить|как запустить|как настроить|как пользоваться|инструкция|пошагов*|гайд|руководство по|лайфхак*
        教程|手把手|攻略|保姆级|保姆級|使用指南|部署指南|入门指南|新手|怎么用|如何用|如何在|如何部署|如何使用
        使い方|入門|手順|やり方|始め方|構築方法|活用術|動かす方法|する方法
        사용법|설치법|따라하기|입문|하는 방법|설치 방법|활용법|가이드
        كيفية|كيف تستخدم|دليل استخدام|خطوة بخطوة
    """,
    "list": """
        things to know|things you|reasons why|reasons to|ways to|takeaways|best ai|best gpu*|best graphics
        best alternatives
        ^top 5|^top 10|^top ten|^top five|^the best|^best|^the top|ranked|roundup|round-up|week in review
        this week in
        weekly recap|newsletter|live blog|liveblog|morning brief*|daily brief*|podcast|in pictures|quiz
        what to watch|^everything announced
        grunde warum|die besten|die 10|die funf|die zehn|bestenliste|wochenruckblick|ruckblick|newsticker|liveticker
        alternativen zu|presseschau|uberblick:|das war die woche
        motivos para|os melhores|as melhores|os 10|as 10|melhores placas|resumo da semana|retrospectiva
        curiosidades sobre|boletim
        razones para|razones por|los mejores|las mejores|mejores alternativas|resumen de la semana|resumen semanal
        boletin
        motivi per|i migliori|le migliori|migliori alternative|rassegna|il meglio della settimana
        raisons de|raisons pour|les meilleurs|les meilleures|meilleures alternatives|l'essentiel de la semaine
        revue de presse
        redenen om|de beste|najlepsze|przeglad tygodnia|en iyi|haftalik
        лучшие|лучших|топ-5|топ-10|подборка|дайджест|итоги недели|главное за|причин почему
        盘点|盤點|十大|排行榜|合集|周报|週報|早报|早報|晚报|日报|一周回顾|一周要闻|汇总|要闻|简报|速递
        おすすめ|ランキング|今週の|人気記事
        추천|순위|톱10|모음|브리핑|뉴스레터|이번주
        أفضل|أسبوع في
    """,
    "explainer": """
        explained|explainer|^explaining|what is|what are|what we know|what you need to know|need to know
        everything you|what it means
        what to know|^understanding|^inside|deep dive|faq|^a history|history of|the story behind|profile:|who is
        ^meet the|^how|^why|^what
        ^why the
        was ist|was sind|was wir wissen|was bedeutet|das mussen sie|das sollten sie|fragen und antworten
        hintergrund:|erklart|^warum|^wieso
        ^wie|^was|portrat:|die geschichte|im uberblick
        o que e|o que sabemos|o que se sabe|o que significa|o que muda|entenda|saiba|tudo sobre
        perguntas e respostas|^por que
        ^porque|^como|^quem e
        que es|que sabemos|lo que sabemos|lo que se sabe|que significa|todo lo que|claves|preguntas y respuestas
        asi funciona|^por que
        ^quien es
        cos'e|cosa sappiamo|tutto quello che|tutto cio che|cosa significa|cosa cambia|ecco cosa|ecco come
        ecco perche|^perche|^chi e|^come
        qu'est-ce que|ce que l'on sait|ce qu'il faut savoir|tout savoir|comprendre|decryptage|que sait-on|^pourquoi
        ^comment|^qui est
        wat is|wat we weten|^waarom|uitgelegd|^hoe|czym jest|co wiemy|co to jest|wyjasniamy|^dlaczego|^jak|nedir
        ^neden
        что такое|что известно|разбираемся|объясняем|что значит|всё о|все о|разбор|^почему|^как|^зачем
        是什么|是什麼|一文看懂|一文读懂|一文讀懂|看懂|读懂|科普|解读|解讀|揭秘|^为什么|^為什麼|^为何|^為何|^如何|意味着什么
        とは|解説|早わかり|知っておきたい|の歴史|の理由|^なぜ|^どうして|何が変わる
        란 무엇|총정리|알아야 할|알아보기|해설|궁금증|^왜|의 이유
        ما هو|ما هي|كل ما تريد|كل ما نعرف|^لماذا|^كيف|شرح
    """,
    "comment": """
        opinion|^op-ed|^commentary|^comment|^column|^editorial|^analysis|^viewpoint|^essay|^perspective|^guest post
        ^letters|my take|hot take
        i tried|i tested|i asked|i used|we asked|we tried|lessons from|the case for|the case against|in defense of
        a love letter
        kommentar|meinung|^analyse|gastbeitrag|kolumne|glosse|leitartikel|^essay|einschatzung|ein pladoyer
        opiniao|artigo:|coluna|editorial|^analise|ponto de vista|^ensaio
        opinion:|columna|tribuna|^analisis|^editorial|punto de vista
        opinione|editoriale|^analisi|^commento|punto di vista|rubrica
        tribune:|chronique|^edito|^analyse|point de vue|avis d'expert
        opinie|column:|commentaar|komentarz|felieton|^analiza|yorum:|kose yazisi
        мнение|колонка|^комментарий|^аналитика|эссе|авторская
        评论|評論|观点|觀點|社论|社論|专栏|專欄|点评|點評|杂谈|随笔|时评|热评
        コラム|社説|論説|オピニオン|私見|エッセイ
        칼럼|사설|기고|시론|논평|오피니언|기자수첩
        رأي|مقال|افتتاحية|تحليل
    """,
    "advert": """
        sponsored|advertorial|promoted|partner content|anzeige|werbung|publieditorial|conteudo patrocinado
        patrocinado|publirreportaje
        contenuto sponsorizzato|publi-redactionnel|contenu sponsorise|на правах рекламы|партнерский материал|推广|广告
        広告|협찬|광고
    """,
}  # fmt: skip

# Talk of what somebody may do. A denial, or a deed of an authority, makes an event of it.
RUMOUR = """
    rumor*|rumour*|leaker*|tipster*|alleged specs|purported*|speculat*|reportedly could|might launch|wish list
    predict*|mock-up*
    gerucht*|spekul*|angebliche spezifikation*|leaker|brodelt
    boato*|rumores|especula*|vazador*
    rumor|rumores|filtrador*|se especula
    voci di|indiscrezion*|rumors|secondo i rumor|leaker
    rumeur*|bruits de couloir|leaker|specul*
    geruchten|plotk*|spekulac*|pogloski|soylenti*|dedikodu*
    слух*|инсайдер*|предполож*
    传闻|傳聞|爆料|网传|網傳|曝光|疑似|谣言|小道消息|或将|或將|预测
    噂|うわさ|リーク情報|リーカー|憶測|予想
    루머|소문|전망
    شائع*|تسريب*
"""

# Advice on shares, whatever happened besides.
TIPS = """
    price target*|target price|buy rating|sell rating|should you buy|stock to buy|stocks to buy|better buy
    buy the dip|buy now
    time to buy|too late to buy|top stock*|best stock*|stock forecast|stock prediction|prediction:|millionaire*
    technical analysis
    options traders|put options|call options|etf|etfs|dividend*|bull case|bear case|overbought|oversold
    wall street sees|stock split watch
    kursziel*|kaufsignal*|jetzt kaufen|einstiegschance*|einstiegskurs*|chartanalyse|charttechnik|aktie im fokus
    aktien-tipp*|depot|top-aktie*
    preco-alvo|vale a pena investir|carteira recomendada|acoes para comprar|analise tecnica|investidores devem
    precio objetivo|acciones para comprar|conviene comprar|analisis tecnico|carteras
    target price|conviene comprare|comprare azioni|analisi tecnica|portafoglio|titoli da
    objectif de cours|faut-il acheter|faut-il vendre|analyse technique|en portefeuille|conseil bourse
    koersdoel|kooptip|cena docelowa|rekomendacj*|hedef fiyat|teknik analiz
    целевая цена|целевую цену|стоит ли покупать|теханализ|инвестидея|прогноз акций
    目标价|目標價|概念股|龙头股|涨停|跌停|主力资金|龙虎榜|个股|研报|看好|买入评级|利好|選股|牛股
    目標株価|関連銘柄|注目株|買い時|銘柄|投資判断
    목표주가|목표가|수혜주|관련주|테마주|급등주|매수|투자의견
    السعر المستهدف|هل تشتري
"""

# What has not happened yet.
AHEAD = """
    ahead of|awaits|await|before earnings|preview|what to expect|week ahead|could soar|could crash|poised to
    set to soar|bubble
    vor den zahlen|vor zahlen|erwartet:|steht bevor|was anleger|vorschau|blase
    antes do balanco|antes dos resultados|a espera de|o que esperar|previa|bolha
    antes de resultados|a la espera|que esperar|previo|burbuja
    in attesa|cosa aspettarsi|prima dei conti|bolla
    avant les resultats|en attendant|a quoi s'attendre|bulle
    в ожидании|накануне отчета|чего ждать|пузыр*
    前瞻|财报前|財報前|静待|静候|泡沫
    決算前|決算控え|を控え|見通し|バブル
    앞두고|전망|거품
"""

# Words that a thing has happened, besides the deeds that facts know.
HAPPENED = """
    outage*|goes down|went down|is down|breach*|court|judge|ruling|rules|ruled|verdict|settle*|subpoena*|raid|raids
    seiz*|licen*|tariff*
    orders|ordered|opens|signs|signed|wins|secures|replaces|leaves|joins|quits|hires|poach*|merg*|files|filed|passes
    passed|votes|adopts
    cuts|cut|ends|begins|starts|completes|delivers|ships|tapes out|open-sources|open sources|switches|drops|leaked
    document*|memo
    ausfall|storung|gestort|gericht|urteil|richter|razzia|beschlagnahm*|lizenz*|zoll*|bestellt|eroffnet|unterzeichn*
    wechselt|verlasst
    beginnt|startet|beschliesst|verabschied*|senkt|kurzt|streicht|erhalt|fusion*|einigung|vergleich
    fora do ar|instabilidade|queda do|tribunal|justica|juiz|decisao|apreens*|licenc*|tarifa*|encomenda|abre|assina
    deixa|contrata|inicia
    aprova|corta|reduz|encerra|fecha|fusao|acordo
    caida del|fuera de servicio|tribunal|juez|fallo|sentencia|incauta*|licencia*|arancel*|pide|abre|firma|ficha|deja
    inicia|aprueba|recorta
    reduce|cierra|fusion|acuerdo
    guasto|disservizio|tribunale|giudice|sentenza|sequestr*|licenz*|dazi|ordina|apre|firma|lascia|assume|avvia
    approva|taglia|riduce|chiude
    fusione|accordo
    panne|tribunal|juge|jugement|perquisition*|saisie|saisit|licence*|droits de douane|commande|ouvre|signe|quitte
    recrute|demarre|adopte
    baisse|reduit|ferme|fusion|accord
    storing|rechter|vonnis|inval|vergunning*|opent|tekent|vertrekt|awari*|wyrok|licencj*|otwiera|podpis*|odchodzi
    сбой|суд|судья|решение суда|обыск*|изъя*|лицензи*|пошлин*|заказал*|открыл*|открыва*|подписал*|уходит|покинул*
    нанял*|начал*|принял*
    снизил*|сократил*|закры*|слияни*|соглашени*
    宕机|故障|瘫痪|崩溃|法院|裁定|判决|判決|查获|查獲|扣押|许可|許可|关税|關稅|订单|訂單|下单|签约|签署|簽署|离职|加盟|加入|启动|开工|投产|流片|通过|签订|裁员|入股|上市|约谈
    障害|停止|裁判所|判決|差し押さえ|許可|関税|受注|発注|契約|締結|開設|開業|退社|就任|移籍|着工|稼働|可決|成立|削減|合意|上場
    장애|먹통|법원|판결|압수|허가|관세|수주|발주|계약|체결|개소|퇴사|영입|착공|가동|통과|감축|합의|상장
    تعطل|محكمة|قاض|حكم|مصادرة|ترخيص|رسوم|طلبية|تفتتح|توقع|يغادر|تبدأ|تخفض|اتفاق
    fined|fines|sells|sold|expands|launch*|unveil*|announc*|introduc*|raises|halts|blocks|resumes|lifts|wins|fires
    restores
    stellt|prasentier*|kundig*|verkauft|stoppt|exportstopp*|ausfuhrstopp*|lieferstopp*|bussgeld*|baut|erhoht|hebt
    einigen
    anuncia*|apresenta|investe|constroi|vende|proibe|multa|suspende|retoma|aumenta|bloqueia|confirma
    presenta|invierte|invertir*|construira|prohibe|suspende|reanuda|bloquea|lanza
    annuncia*|investe|investir*|costruira|blocca|sospende|riprende
    annonce*|presente|investit|construira|vend|amende|suspend|reprend|bloque|lance
    оштраф*|штраф*|построит|продаст|продал*|анонсир*|представ*|запре*|выпуст*|инвестир*|купил*|увеличил*|ограничи*
    объяви*
    宣布|罚款|投资|建成|推出|收购|上线|首发|达成|暂停|解禁|禁售|涨价|降价|断供|获批|拿下|发布|回应|融资|停售|起诉
    発表|投資|買収|値上げ|値下げ|出荷|供給|採用|提携|開始|認可|罰金|制裁
    발표|투자|출시|인상|공급|채택|제휴|시작|승인|과징금|벌금|중단|인하
    removes|removed|pulls|pulled|delist*|awards|awarded|contract*|tender*|tells|urges|asks|agrees|rents|to rent
    plans|backs
    says it|accident*|fire at|recalls|patches|fixes|vulnerab*|security hole|flaw*|trained
    entfern*|fliegt|fliegen|nimmt|vertrag*|auftrag*|fordert|bittet|unfall|brand in|sicherheitsluck*|ruckruf*|mietet
    gewinnt
    retira*|remove|removid*|contrato*|exige|pede|acidente|falha de seguranca|aluga|elimina|accidente|vulnerabilidad*
    alquila
    rimoss*|rimuove|ritira|contratto|chiede|incidente|falla|retire|retir*|contrat|demande|accident|faille*|loue
    удал*|убра*|контракт*|потребова*|просит|авари*|уязвимост*|арендует|отключ*
    下架|移除|合同|中标|中標|要求|事故|漏洞|租用|封禁|交付|出货|量产|追加|下令|警告
    削除|受注|契約|要請|事故|脆弱性|配信停止|搭載|納入|量産
    삭제|퇴출|계약|요구|요청|사고|취약점|임대|납품|양산
"""

# What is only said to be so: half an event, wherever nobody did anything yet.
HEDGES = """
    reportedly|allegedly|rumored|rumoured|supposedly|apparently|may|might|could|said to|tipped to|set to arrive
    hints at|likely to
    angeblich*|offenbar|wohl|mutmasslich*|konnte|konnten|soll|sollen|moglicherweise|womoglich|deutet auf
    supostamente|alegadamente|pode|poderia|podera|teria|deve chegar|indica que
    supuestamente|presuntamente|podria|podrian|habria|apunta a|llegaria
    potrebbe|potrebbero|presumibilmente|sarebbe|avrebbe
    pourrait|pourraient|serait|aurait|presume
    zou|mogelijk|naar verluidt|rzekomo|podobno|moze|olabilir|iddia*
    якобы|может|могут|вероятно|по слухам|возможно|предположительно
    据称|據稱|据悉|据传|據傳|或将|或將|疑似|可能|有望|预计|預計|拟
    とされる|とみられる|可能性|かも|見通し|見込み
    가능성|전망|알려져|관측|유력|할 듯|일 듯
    قد|ربما|يحتمل|يتوقع
"""

# Shops, whose prices are an offer and no news.
SHOPS = """
    amazon|newegg|best buy|micro center|walmart|ebay|mediamarkt|media markt|saturn|alternate|notebooksbilliger
    mindfactory|otto|cyberport
    fnac|cdiscount|ldlc|boulanger|kabum|mercado livre|magalu|terabyte|worten|pccomponentes|el corte ingles
    mercado libre|unieuro|eprice
    coolblue|bol.com|x-kom|morele|allegro|hepsiburada|trendyol|ozon|wildberries|днс|ситилинк|京东|京東|天猫|淘宝|拼多多|楽天|ヨドバシ
    ドスパラ
    쿠팡|다나와|11번가|aliexpress|temu
"""

# What programs are released as, and those that are hardly ever called anything else.
SOFTWARE = """
    driver*|treiber*|pilote*|controlador*|sterownik*|stuurprogramma*|surucu*|драйвер*|驱动|驅動|ドライバ|드라이버|تعريف
    toolkit|sdk|firmware|bios|kernel|runtime|plugin|changelog|change log|release notes|patch notes|hotfix
    release candidate|nightly
    versionshinweise|notas da versao|notas de la version|note di rilascio|notes de version|更新日志|发行说明|更新說明
    リリースノート
    릴리스 노트
    vllm*|sglang|llama.cpp|ollama|pytorch|torch_npu|torch-npu|tensorrt*|cuda|cudnn|nccl|triton|rocm|cann|mindspore
    mindie|mindspeed
    megatron*|nemo|jax|tensorflow|onnx*|transformers|ktransformers|lmdeploy|deepspeed|deepep|deepgemm|flashmla
    openvino|proxmox|ubuntu
    linux|mesa|nvk|nouveau|docker|kubernetes|lm studio|comfyui|open webui|litellm|langchain|exllama*|mlx|gguf
"""
