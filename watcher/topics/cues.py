"""The words by which the groups of `groups.py` are known, a language a line; `word*` takes any ending.

Accents and case do not matter. A word that means other things as well belongs in `body`, where it needs company.
"""

from __future__ import annotations

CUES: dict[str, dict[str, str]] = {
    # What keeps an article whatever else its title says. `body` is unused.
    "news": {
        "title": """
            revenue*|earnings|profit*|quarter*|forecast*|guidance|billion|bn|export*|licen*|sanction*|tariff*|antitrust
            lawsuit|sues|probe|unveil*|launches|launch|announces|acquire*|acquisition|partnership|smuggl*|regulator*
            data center*|data centre*|supercomputer*|h20|h100|h200|b30a|export controls
            umsatz*|gewinn*|quartal*|milliarde*|mrd|exportregel*|exportkontroll*|ausfuhr*|rechenzentr*|zoll|zolle|klage*
            stellt vor|ubernahme|ubernimmt|kartell*
            receita*|lucro*|trimestre|bilhoes|bilhao|exportac*|tarifa*|anuncia|lanca|investe|centros de dados
            ingresos|beneficio*|millones|exportacion*|arancel*|presenta|lanza|invierte|centros de datos|demanda
            ricavi|utile|utili|trimestral*|miliard*|esportazion*|dazi|annuncia|investe|centri dati
            chiffre d'affaires|benefice*|milliard*|exportation*|droits de douane|devoile|annonce|investit
            centres de donnees|trimestriel*
            omzet*|winst*|kwartaal*|miljard*|exportregel*|onthult|przychod*|zysk*|kwarta*|mld|eksport*
            выручк*|прибыл*|квартал*|миллиард*|млрд|экспорт*|санкци*|пошлин*|представил*|анонсировал*|дата-центр*
            gelir*|kar acikladi|ceyrek*|milyar*|ihracat*|tanitti|duyurdu|veri merkez*
            营收|营业收入|净利|财报|財報|營收|季度|亿|億|出口|许可证|制裁|关税|發布|发布|推出|收购|数据中心|資料中心
            売上|決算|利益|四半期|億|兆|輸出|規制|関税|発表|発売|買収|データセンター
            매출|실적|영업이익|분기|억|조원|수출|규제|관세|출시|공개|발표|인수|데이터센터
            إيرادات|أرباح|الربع|مليار|تصدير|الصادرات|عقوبات|رسوم|تكشف|تطلق|تعلن|مراكز البيانات
        """,
        "body": "",
        "news": "",
    },
    "stocks": {
        "title": """
            shares|stock|stocks|share price|stock price|price target|analyst*|wall street|nasdaq|market cap|buy rating
            overvalued|undervalued|selloff|sell-off|rally|rallies|bullish|bearish
            aktie*|kursziel*|borse*|kurssprung|kursrutsch|analyst*
            acoes|preco-alvo|analistas|bolsa|valor de mercado
            acciones|accion|precio objetivo|bolsa|wall street|valor bursatil
            azioni|azione|target price|borsa|analisti|capitalizzazione
            l'action|actions|cours de bourse|bourse|objectif de cours|analystes|capitalisation
            aandeel|aandelen|beurs*|koersdoel|akcje|akcji|gield*|kurs akcji|cena docelowa
            акции|акций|акциям|котировк*|аналитик*|бирж*|капитализаци*|целевую цену|целевая цена
            hisse*|borsa*|hedef fiyat*|piyasa degeri
            股价|股價|股票|美股|目标价|目標價|分析师|分析師|市值|概念股
            株価|株式|目標株価|アナリスト|時価総額|株が|株は|関連株
            주가|주식|목표주가|애널리스트|시총|시가총액|증시|관련주
            سهم|أسهم|اسهم|البورصة|المحللون|محللو|القيمة السوقية|السعر المستهدف
        """,
        "body": """
            investor*|trading|traders|closed at|percent|per cent|valuation|price-to-earnings|portfolio|dividend*|index
            anleger*|handel*|prozent|bewertung|kgv|depot|investidor*|por cento|pregao|inversor*|por ciento|cotiza*
            investitor*|per cento|seduta|investisseur*|pour cent|seance|belegger*|procent|inwestor*|notowan*
            инвестор*|процент*|торг*|yatirimci*|yuzde|islem gor*|投资者|投資人
            百分之|收盘|收盤|涨|跌|投資家|終値|上昇|下落
            투자자|종가|상승|하락|퍼센트|المستثمر|بالمئة|التداول
        """,
        "news": "",
    },
    "deals": {
        "title": """
            deals|deal of the day|% off|off the price|save $|save €|save £|black friday|prime day|cyber monday|bargain*
            discount*|lowest price|price drop*|coupon*|on sale|cheapest|best price|clearance
            schnapp*|angebot*|rabatt*|reduziert*|gutschein*|im preissturz|bestpreis*|tiefstpreis*|gunstiger zu haben
            oferta*|desconto*|promocao|promocoes|cupom|menor preco|em promocao|mais barat*
            chollo*|rebaja*|descuento*|precio minimo|minimo historico|cupon*
            offerta|offerte|sconto|sconti|scontat*|prezzo minimo|minimo storico|super prezzo
            bon plan|bons plans|promo|promos|promotion*|soldes|remise|prix casse*|a prix mini|vente flash
            korting*|aanbieding*|koopje*|afgeprijsd|promocja|promocje|promocji|taniej|tansz*|rabat*|przecen*|okazja
            indirim*|kampanya*|firsat*|скидк*|распродаж*|подешевел*|по акции|промокод*|выгодн*
            特价|特價|优惠|優惠|折扣|直降|到手价|到手價|促销|促銷|好价|秒杀|限时抢购|特賣
            セール|割引|値引|円引き|%オフ|特価|クーポン|お買い得|最安
            할인|특가|세일|쿠폰|최저가|핫딜
            خصم|تخفيض|عروض|عرض خاص|أرخص سعر
        """,
        "body": """
            instead of|while stocks last|was $|now $|off|price|prices|shop|shops|retailer*|coupon*|statt|preis*|euro
            em vez de|preco*|estoque|frete|precio*|ahorr*|en lugar de|prezzo|prezzi|invece di|prix|au lieu de|livraison
            prijs*|winkel*|cena|ceny|zamiast|sklep*|fiyat*|kupon*|цена|цены|вместо|магазин*|价格|原价|券|価格|通常価格
            가격|원래|سعر|السعر|بدلا من
        """,
        # A supplier's discount is news, a shop's is not.
        "news": """
            api|tokens|token|off-peak|developers|entwickler*|desarrollador*|desenvolvedor*|sviluppatori|developpeurs
            china|chinese|chip deal|stake|开发者|模型|開発者|개발자|разработчик*
        """,
    },
    "gaming": {
        "title": """
            game ready|gaming|gamer*|games|dlss*|geforce now|frame rate*|fps|ray tracing|path tracing|geforce driver*
            driver*|hotfix|playable|geforce gpus|esports|video game*|steam deck
            treiber*|spiele|spiel|spieler*|gamer*|jogo|jogos|jogar|jogador*|juego*|videojuego*|jugar|jugador*
            gioco|giochi|videogioc*|giocare|jeu|jeux|jouer|joueur*|pilote geforce|pilotes geforce
            spel|spellen|gamers|stuurprogramma*|gry|gier|grach|gracz*|sterownik*|oyun*|surucu*
            игр*|геймер*|драйвер*|游戏|遊戲|电竞|電競|玩家|驱动|驅動|ゲーム|ゲーミング|ドライバ
            게임|게이밍|게이머|드라이버|لعبة|ألعاب|العاب|اللاعبين
        """,
        "body": """
            fps|frame*|steam|dlss*|ray tracing|1440p|1080p|4k|playstation|xbox|gamers|game|games|gameplay|players
            game ready|download*|graphics card*|bildrate|bilder pro sekunde|spiel*|jogo*|jogador*|placa de video
            juego*|jugador*|tarjeta grafica|gioc*|scheda grafica|jeu*|joueur*|carte graphique|spel*|gra|gry|gier|gracz*
            oyun*|oyuncu*|игр*|игрок*|кадр*|видеокарт*|玩家|帧|显卡|游戏|遊戲|プレイヤー|フレーム|ゲーム|グラフィック
            게임|플레이어|프레임|그래픽카드|لعبة|ألعاب|اللاعب
        """,
        "news": """
            game changer|game-changer|great game|olympic games|artificial intelligence|ai model*|hunger games
            cuda driver*|linux driver*|open-source driver*|security|vulnerab*|sicherheitslucke*|уязвимост*|漏洞|脆弱性
        """,
    },
    "reviews": {
        "title": """
            review|reviewed|reviews|hands-on|hands on|tested|benchmarked|long-term test|unboxing
            im test|testbericht|im langzeittest|ausprobiert|angetestet|im kurztest|kurztest
            analise|testamos|review:|analisis|probamos
            hemos probado|a prueba|recensione|la nostra prova|provato|abbiamo provato
            test de|test du|test :|notre test|prise en main|on a teste
            nous avons teste|getest|in de test|recenzja|recenzje|testujemy
            inceleme*|test ettik|denedik|обзор|тест-драйв|протестировали|тестируем
            评测|評測|开箱|開箱|上手体验|体验报告|實測|实测
            レビュー|使ってみた|試した|実機|리뷰|사용기|써보니|써 보니|벤치마크|مراجعة|تجربة
        """,
        "body": """
            verdict|pros|cons|we tested|in our test*|benchmark*|battery life
            stars|rating|out of 10|recommend*|noise|fan|fans
            our review|test|fazit|im test|wir haben|messung*|lautstarke|akku*|punkte|empfehl*|nota|testes|bateria
            veredito|veredicto|pruebas|puntuacion|ventilador*|verdetto|punteggio|prova|consigli*|conclusion*|autonomie
            notre avis|points forts|oordeel|accu*|werdykt|testach|bateri*
            sonuc|puan|pil|итог*|вердикт|батаре*|шум*|тест*
            总结|优点|缺点|跑分|续航|散热|温度|結論|結果|電池|騒音|스코어|점수|배터리|소음|결론|البطارية|الأداء
        """,
        "news": """
            under review|review of export*|security review|judicial review|review board|policy|commission|court|senate
            congress|government|kommission|regierung|governo|gobierno|gouvernement|правительств*|政府|当局|정부
        """,
    },
}
