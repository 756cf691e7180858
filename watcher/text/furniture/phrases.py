"""What sites write around their articles, in seventeen languages. Data for `furniture`; all lower case.

A phrase belongs here if no article would have it as a line of its own (or, for the patterns, as a short line).
"""

from __future__ import annotations


def _lines(text: str) -> frozenset[str]:
    return frozenset(phrase for line in text.splitlines() for part in line.split("|") if (phrase := part.strip()))


# After these comes what readers wrote, or the form for it: nothing below is the article.
COMMENTS = _lines(
    """
comments | comment | no comments | no comments yet | leave a comment | leave a reply | post a comment |
add a comment | add comment | write a comment | join the discussion | join the conversation | join the debate |
reader comments | view comments | show comments | view all comments | be the first to comment | cancel reply |
leave a reply cancel reply | reply | comentários | comentário | nenhum comentário | sem comentários |
postar um comentário | publicar um comentário | enviar um comentário | deixe um comentário | deixe o seu comentário |
deixe seu comentário | deixe uma resposta | deixar um comentário | deixar uma resposta | cancelar resposta | comente |
kommentare | kommentar | keine kommentare | kommentar schreiben | kommentar verfassen | kommentar hinterlassen |
schreiben sie einen kommentar | schreibe einen kommentar | schreib einen kommentar | hinterlasse einen kommentar |
hinterlasse eine antwort | antwort hinterlassen | antwort abbrechen | jetzt kommentieren | diskutieren sie mit |
leserkommentare | zu den kommentaren | comentarios | comentario | sin comentarios | no hay comentarios |
deja un comentario | dejar un comentario | deje un comentario | deja una respuesta | dejar una respuesta |
publicar un comentario | escribe un comentario | añadir comentario | cancelar la respuesta | commentaires |
commentaire | aucun commentaire | laisser un commentaire | laissez un commentaire | laisser une réponse |
ajouter un commentaire | poster un commentaire | écrire un commentaire | réagir à cet article | annuler la réponse |
commenti | nessun commento | lascia un commento | lascia una risposta | scrivi un commento | aggiungi un commento |
posta un commento | annulla risposta | reacties | geen reacties | plaats een reactie | geef een reactie |
laat een reactie achter | reageer op dit artikel | reactie annuleren | reageer | komentarze | brak komentarzy |
dodaj komentarz | napisz komentarz | skomentuj | zostaw komentarz | anuluj pisanie odpowiedzi | yorumlar | yorum yok |
yorum yap | yorum yaz | yorum ekle | yorum bırak | bir yorum yazın | bir cevap yazın | cevabı iptal et | комментарии |
комментарий | нет комментариев | комментариев нет | оставить комментарий | оставьте комментарий |
добавить комментарий | написать комментарий | обсудить | отменить ответ | коментарі | коментарів немає |
залишити коментар | додати коментар | التعليقات | تعليقات | لا توجد تعليقات | أضف تعليقا | أضف تعليق | اترك تعليقا |
اترك تعليقاً | اترك رد | اترك ردا | إلغاء الرد | 评论 | 網友評論 | 网友评论 | 发表评论 | 發表評論 | 发表回复 |
發表回覆 | 添加评论 | 我要评论 | 写评论 | 留言 | 发表留言 | 發表留言 | 暂无评论 | 最新评论 | 热门评论 | 全部评论 |
コメント | コメントを残す | コメントする | コメントを書く | コメントを投稿 | 返信を残す | コメントはありません |
コメント一覧 | 댓글 | 댓글쓰기 | 댓글 쓰기 | 댓글 남기기 | 댓글 달기 | 답글 남기기 | 의견 남기기 | kommentarer |
inga kommentarer | lämna en kommentar | skriv en kommentar | lämna ett svar | komentáře | žádné komentáře |
přidat komentář | napsat komentář | bình luận | gửi bình luận | để lại bình luận | ý kiến bạn đọc | komentar |
tinggalkan komentar | tinggalkan balasan
"""
)

# After these come pointers to other articles, or the author's portrait.
OTHERS = _lines(
    """
related | related articles | related article | related posts | related stories | related news | related content |
related topics | related reading | related coverage | more stories | more news | more from | more from us |
more on this story | more on this topic | more like this | most read | most popular | most viewed | popular posts |
popular now | trending | trending now | trending stories | top stories | latest news | latest stories |
latest articles | latest posts | recent posts | recent articles | recommended | recommended for you |
recommended reading | recommended stories | editor's picks | editors' picks | read more | read next | read also |
further reading | up next | next article | previous article | next post | previous post | you may also like |
you might also like | you may also be interested in | don't miss | see also | also read | what to read next |
about the author | about the authors | about author | author | written by | artigos relacionados |
notícias relacionadas | matérias relacionadas | conteúdo relacionado | posts relacionados | relacionados |
mais notícias | mais lidas | mais lidos | mais populares | mais recentes | últimas notícias | leia também |
leia mais | veja também | saiba mais | ver também | recomendados | recomendado para você | recomendados para você |
você também pode gostar | pode gostar também | também pode gostar de | poderá também gostar | não perca |
próximo artigo | artigo anterior | postagens mais antigas | postagem mais antiga | postagem mais recente |
sobre o autor | sobre a autora | ähnliche artikel | verwandte artikel | verwandte themen | verwandte beiträge |
ähnliche beiträge | diesbezügliche artikel | zugehörige artikel | passende artikel | weitere artikel |
weitere beiträge | weitere nachrichten | weitere meldungen | weitere themen | mehr zum thema | zum thema |
mehr artikel | mehr nachrichten | mehr aus diesem ressort | mehr von uns | lesen sie auch | lesen sie mehr |
lies auch | lesen sie jetzt | auch interessant | das könnte sie auch interessieren |
das könnte dich auch interessieren | das könnte ihnen auch gefallen | das könnte dir auch gefallen | wir empfehlen |
wir empfehlen ihnen | wir empfehlen ihnen gerne | empfehlungen der redaktion | meistgelesen | meistgelesene artikel |
meist gelesen | beliebte artikel | beliebte beiträge | neueste artikel | neueste beiträge | aktuelle nachrichten |
letzte beiträge | nächster artikel | vorheriger artikel | nächster beitrag | vorheriger beitrag | über den autor |
über die autorin | über den verfasser | artículos relacionados | noticias relacionadas | contenido relacionado |
entradas relacionadas | más noticias | más leídas | más leídos | lo más leído | lo más visto | últimas noticias |
lee también | lea también | leer más | ver también | te puede interesar | también te puede interesar |
te podría interesar | puede interesarte | quizás te interese | recomendados para ti | no te pierdas |
artículo siguiente | artículo anterior | sobre el autor | acerca del autor | articles liés | articles similaires |
articles connexes | articles associés | articles récents | sur le même sujet | sur le même thème | à lire aussi |
à lire également | lire aussi | lire la suite | à voir aussi | voir aussi | les plus lus | les plus populaires |
plus d'articles | plus d'actualités | dernières actualités | dernières nouvelles | à découvrir | vous aimerez aussi |
vous pourriez aimer | vous pourriez aussi aimer | ne manquez pas | article suivant | article précédent |
à propos de l'auteur | à propos de l'auteure | articoli correlati | articoli simili | notizie correlate |
contenuti correlati | altri articoli | altre notizie | leggi anche | leggi tutto | leggi di più |
potrebbe interessarti | potrebbe interessarti anche | ti potrebbe interessare | potrebbero interessarti |
potrebbe piacerti anche | i più letti | più letti | le più lette | ultime notizie | ultimi articoli |
articolo successivo | articolo precedente | da non perdere | l'autore | informazioni sull'autore |
gerelateerde artikelen | gerelateerde berichten | gerelateerd | gerelateerd nieuws | verwante artikelen | lees ook |
lees meer | lees verder | meer nieuws | meer over dit onderwerp | meest gelezen | aanbevolen | aanbevolen voor jou |
laatste nieuws | misschien ook interessant | dit vind je misschien ook leuk | volgend artikel | vorig artikel |
over de auteur | powiązane artykuły | podobne artykuły | podobne wpisy | powiązane | zobacz także | zobacz też |
czytaj także | czytaj też | czytaj więcej | przeczytaj także | przeczytaj również | najczęściej czytane |
najpopularniejsze | najnowsze | polecane | polecane artykuły | może cię zainteresować |
może cię zainteresować również | więcej na ten temat | następny artykuł | poprzedni artykuł | o autorze |
ilgili haberler | ilgili yazılar | benzer haberler | benzer yazılar | diğer haberler | son haberler |
en çok okunanlar | çok okunanlar | önerilen haberler | bunlar da ilginizi çekebilir | ilginizi çekebilir |
sonraki haber | önceki haber | yazar hakkında | читайте также | читать также | читать далее | смотрите также |
похожие статьи | похожие новости | похожие записи | похожие материалы | по теме | материалы по теме |
новости по теме | другие новости | ещё новости | еще новости | последние новости | популярное | популярные новости |
популярные статьи | самое читаемое | самое популярное | рекомендуем | рекомендуем почитать | рекомендованные статьи |
вам может понравиться | вам может быть интересно | следующая статья | предыдущая статья | об авторе | читайте також |
схожі статті | схожі новини | інші новини | останні новини | популярні новини | за темою | про автора |
مقالات ذات صلة | مواضيع ذات صلة | أخبار ذات صلة | أخبار متعلقة | موضوعات متعلقة | اقرأ أيضا | اقرأ أيضاً | إقرأ أيضا |
اقرأ المزيد | شاهد أيضا | شاهد أيضاً | الأكثر قراءة | الأكثر مشاهدة | آخر الأخبار | قد يعجبك أيضا | قد يهمك أيضا |
المقال التالي | المقال السابق | عن الكاتب | 相关阅读 | 相关新闻 | 相关文章 | 相关推荐 | 相关报道 | 相关内容 |
延伸阅读 | 推荐阅读 | 猜你喜欢 | 热门推荐 | 热门文章 | 热门新闻 | 热点新闻 | 热点推荐 | 精彩推荐 | 为您推荐 |
更多新闻 | 更多阅读 | 更多精彩内容 | 最新文章 | 最新新闻 | 往期推荐 | 往期回顾 | 上一篇 | 下一篇 | 关于作者 |
作者简介 | 相關閱讀 | 相關新聞 | 相關文章 | 相關報導 | 延伸閱讀 | 推薦閱讀 | 猜你喜歡 | 熱門文章 | 熱門新聞 |
更多新聞 | 看更多 | 你可能也喜歡 | 您可能感興趣 | 關於作者 | 関連記事 | 関連リンク | 関連ニュース | 関連キーワード |
関連トピックス | 関連タグ | おすすめ記事 | おすすめの記事 | あわせて読みたい | 合わせて読みたい | こちらもおすすめ |
こちらの記事も読まれています | 人気記事 | 人気の記事 | 人気記事ランキング | アクセスランキング | 記事ランキング |
ランキング | 新着記事 | 最新記事 | 最新ニュース | 次の記事 | 前の記事 | 次のページ | 著者プロフィール |
この記事を書いた人 | この記事の著者 | 執筆者 | 관련기사 | 관련 기사 | 관련뉴스 | 관련 뉴스 | 추천기사 | 추천 기사 |
추천 뉴스 | 인기기사 | 인기 기사 | 인기 뉴스 | 많이 본 기사 | 많이 본 뉴스 | 가장 많이 본 뉴스 | 가장 많이 본 기사 |
최신기사 | 최신 기사 | 최신 뉴스 | 다른 기사 보기 | 이전 기사 | 다음 기사 | 이 기자의 다른 기사 | 이 시각 주요뉴스 |
함께 보면 좋은 기사 | 실시간 인기기사 | relaterade artiklar | läs också | läs även | läs mer | mest lästa |
související články | podobné články | čtěte také | přečtěte si také | nejčtenější | tin liên quan |
tin cùng chuyên mục | bài viết liên quan | xem thêm | đọc thêm | đọc nhiều | tin mới | artikel terkait |
berita terkait | baca juga | terpopuler
"""
)

# Lines that mean nothing to the article wherever they stand; what follows may well be the article.
LINES = _lines(
    """
advertisement | advertisements | advertising | sponsored | sponsored content | ad | continue reading below |
story continues below advertisement | article continues below advertisement | scroll to continue | share |
share this | share this article | share this post | share this story | share on facebook | share on twitter |
share on x | share on linkedin | share via email | copy link | link copied | print | print this article | save |
save article | listen | listen to this article | listen to article | follow us | follow us on |
follow us on google news | follow us on social media | subscribe | subscribe now | subscribe to our newsletter |
sign up | sign up for our newsletter | sign in | log in | login | register | skip to content | skip to main content |
jump to content | menu | home | search | back to top | scroll to top | go to top | top | loading | tags | tag |
categories | category | filed under | topics | click here | facebook | twitter | x | linkedin | whatsapp | telegram |
reddit | pinterest | instagram | email | e-mail | tumblr | flipboard | pocket | weibo | threads | bluesky | mastodon |
xing | line | rss | publicidade | anúncio | continua depois da publicidade | continua após a publicidade |
compartilhar | compartilhe | compartilhe isso | compartilhe este artigo | partilhar | partilhe |
partilhar este artigo | imprimir | siga-nos | siga-nos nas redes sociais | subscreva | subscreva a newsletter |
assine | assine a newsletter | inscreva-se | entrar | voltar ao topo | voltar ao início | ir para o topo | início |
página inicial | ir para o conteúdo | pular para o conteúdo | marcadores | etiquetas | categorias | fonte e imagens |
fontes e imagens | fonte e imagem | anzeige | werbung | weiter nach der anzeige | teilen | artikel teilen |
beitrag teilen | diesen artikel teilen | drucken | artikel drucken | merken | vorlesen | folgen sie uns | folge uns |
abonnieren | jetzt abonnieren | newsletter abonnieren | anmelden | registrieren | zum inhalt springen |
zurück zum seitenanfang | nach oben | zum seitenanfang | zurück nach oben | startseite | suche | schlagwörter |
schlagworte | kategorien | kategorie | quelle und bilder | publicidad | anuncio | compartir | comparte |
comparte esto | comparte este artículo | compartir en facebook | síguenos | síguenos en | suscríbete | suscribirse |
suscríbete a nuestro boletín | iniciar sesión | volver arriba | ir arriba | ir al contenido | inicio | categorías |
publicité | partager | partagez | partager cet article | partager sur facebook | suivez-nous | abonnez-vous |
s'abonner | s'inscrire | se connecter | je m'abonne | retour en haut | haut de page | aller au contenu | accueil |
imprimer | mots-clés | catégories | étiquettes | pubblicità | condividi | condividi su | condividi questo articolo |
condividi su facebook | stampa | seguici | seguici su | iscriviti | iscriviti alla newsletter | abbonati | accedi |
torna su | torna all'inizio | vai al contenuto | etichette | categorie | advertentie | deel | delen |
deel dit artikel | deel dit | volg ons | abonneer | schrijf je in | inloggen | terug naar boven | naar boven |
ga naar inhoud | categorieën | reklama | udostępnij | udostępnij artykuł | podziel się | obserwuj nas | subskrybuj |
zapisz się | zaloguj się | do góry | powrót do góry | na górę | tagi | reklam | paylaş | haberi paylaş |
bizi takip edin | abone ol | giriş yap | başa dön | yukarı çık | etiketler | kategoriler | реклама | поделиться |
поделиться в социальных сетях | подписаться | подписывайтесь | подпишитесь | войти | наверх | вернуться наверх |
теги | метки | рубрики | категории | распечатать | поширити | підписатися | вгору | реклама на сайті | إعلان |
مشاركة | شارك | شارك المقال | شارك هذا المقال | تابعنا | اشترك | اشترك الآن | تسجيل الدخول | العودة إلى الأعلى |
الوسوم | طباعة | 广告 | 廣告 | 分享 | 分享到 | 分享至 | 分享文章 | 打印 | 收藏 | 点赞 | 关注我们 | 登录 | 注册 |
首页 | 返回顶部 | 回到顶部 | 回頂部 | 返回首页 | 标签 | 關注我們 | 登入 | 註冊 | 広告 | スポンサーリンク | シェア |
シェアする | この記事をシェア | この記事をシェアする | ツイート | ポスト | 印刷 | フォローする | ログイン | 会員登録 |
無料会員登録 | メルマガ登録 | トップへ戻る | ページトップへ | ページの先頭へ | ホーム | タグ | カテゴリー | 광고 |
공유 | 공유하기 | 기사공유 | 기사 공유 | 기사공유하기 | 스크랩 | 인쇄 | 프린트 | 구독 | 구독하기 | 팔로우 | 로그인 |
회원가입 | 맨 위로 | 맨위로 | 위로 | 태그 | 본문 바로가기 | 본문으로 바로가기 | annons | dela | dela artikeln |
prenumerera | till toppen | sdílet | přihlásit se | zpět nahoru | chia sẻ | quảng cáo | đăng nhập | bagikan | iklan
"""
)

# Patterns for a whole short line, by how it begins.
OPENINGS = (
    r"(?:required fields are marked|campos obrigatórios|erforderliche felder|los campos obligatorios|"
    r"les champs obligatoires).*",
    r"(?:save my name|name, e-?mail,? and website|guardar mi nombre|salvar meus dados|guardar o meu nome).*",
    r"(?:meinen namen, meine e-?mail|enregistrer mon nom|salva il mio nome).*",
    r"you must be logged in to .*",
    r"(?:sign up|subscribe|register)\b.{0,80}\b(?:newsletter|inbox|updates|alerts|channel)\b.*",
    r"(?:get|receive)\b.{0,80}\b(?:in|to) your inbox\b.*",
    r"(?:follow|join|like|find) us (?:on|at|in)\b.*",
    r"(?:subscribe|log in|sign in|register) to (?:continue|keep|read|unlock|access)\b.*",
    r"(?:already a (?:subscriber|member)|not a subscriber)\b.*",
    r"(?:this (?:article|content) is|exclusively) (?:for|only for|reserved for) (?:subscribers|members)\b.*",
    r"(?:assine|subscreva|inscreva-se|receba|siga)\b.{0,80}\b(?:newsletter|boletim|canal|telegram|whatsapp|"
    r"instagram)\b.*",
    r"(?:assine|faça login) para (?:continuar|ler|ter acesso)\b.*",
    r"(?:abonnieren sie|abonniere|melden sie sich|melde dich|registrieren sie sich)\b.{0,80}\b(?:newsletter|kanal|"
    r"an)\b.*",
    r"folge(?:n sie)? uns (?:auf|bei|jetzt)\b.*",
    r"(?:suscríbete|suscríbase|apúntate|recibe|síguenos|únete)\b.{0,80}\b(?:newsletter|boletín|canal|telegram|"
    r"whatsapp|twitter|instagram|google news)\b.*",
    r"(?:suscríbete|suscríbase) para (?:seguir|continuar|leer)\b.*",
    r"(?:abonnez-vous|inscrivez-vous|recevez|suivez-nous|rejoignez)\b.{0,80}\b(?:newsletter|lettre|chaîne|"
    r"facebook|twitter|whatsapp|google actualités|google news)\b.*",
    r"abonnez-vous pour (?:lire|continuer|poursuivre|accéder).*",
    r"(?:iscriviti|ricevi|seguici|unisciti)\b.{0,80}\b(?:newsletter|canale|telegram|facebook|whatsapp|"
    r"google news)\b.*",
    r"abbonati per (?:continuare|leggere).*",
    r"(?:schrijf je in|meld je aan|abonneer je|volg ons)\b.{0,80}\b(?:nieuwsbrief|kanaal|facebook|google nieuws|"
    r"whatsapp)\b.*",
    r"(?:zapisz się|subskrybuj|obserwuj nas|dołącz)\b.{0,80}\b(?:newsletter\w*|kanał|facebook\w*|google news|"
    r"wiadomości google)\b.*",
    r"(?:подписывайтесь|подпишитесь|читайте нас|следите за нами|присоединяйтесь)\b.{0,80}\b(?:telegram|"
    r"телеграм\w*|канал\w*|рассылк\w+|дзен\w*|вконтакте|новости)\b.*",
    r"(?:підписуйтесь|підпишіться|читайте нас)\b.{0,80}\b(?:telegram|телеграм\w*|канал\w*|розсилк\w+)\b.*",
    r"(?:اشترك|تابعنا|تابعوا)\b.{0,60}(?:النشرة|قناتنا|فيسبوك|تويتر|واتساب|تلغرام|تيليجرام).*",
    r"(?:copyright\s*)?(?:©|ⓒ|\(c\))\s*.{0,120}",
    r"copyright\b.{0,20}\d{4}.*",
    r"all rights reserved\b.*",
    r"(?:todos os direitos reservados|todos los derechos reservados|tous droits réservés|alle rechte vorbehalten|"
    r"tutti i diritti riservati|alle rechten voorbehouden|wszelkie prawa zastrzeżone|tüm hakları saklıdır|"
    r"все права защищены|усі права захищен[оі]|جميع الحقوق محفوظة).*",
    r"(?:特别声明|免责声明|版权声明|免責聲明|風險提示|风险提示|郑重声明)[:：].*",
    r"(?:责任编辑|責任編輯|责编|编辑|校对|审核|监制)[:：]\s*.{1,20}",
    r"(?:editing|reporting|additional reporting|writing) by [\w .,;&-]{3,160}",
    r"(?:disclaimer|disclosure|haftungsausschluss|aviso legal|avertissement|disclaimer legale|"
    r"отказ от ответственности)\s*:.*",
    r"(?:o autor|a autora|der autor|die autorin|el autor|la autora|l'auteur|l'autore|the author) (?:não detém|"
    r"hält|no posee|ne détient|non detiene|holds no|does not hold|has no position).*",
    r"(?:photo|image|picture|images|photos|featured image|image credits?|photo credits?|credit|image source|"
    r"photo by|photograph|getty images)\s*[:：/|].{1,100}",
    r"(?:foto|imagem|imagens|crédito da imagem|créditos|fonte da imagem|reprodução)\s*[:：/|].{1,100}",
    r"(?:bild|foto|fotos|bildquelle|bildnachweis|titelbild|symbolbild|quelle bild)\s*[:：/|].{1,100}",
    r"(?:imagen|imágenes|foto|crédito|fuente de la imagen)\s*[:：/|].{1,100}",
    r"(?:photo|crédit photo|crédit image|crédits?|image|source de l'image|source image|illustration)\s*[:：/|"
    r"].{1,100}",
    r"(?:foto|immagine|crediti|fonte immagine|fonte dell'immagine|credit foto)\s*[:：/|].{1,100}",
    r"(?:beeld|foto|afbeelding|bron afbeelding)\s*[:：/|].{1,100}",
    r"(?:fot\.|zdjęcie|źródło zdjęcia|źródło grafiki|zdj\.)\s*[:：/|]?.{1,100}",
    r"(?:fotoğraf|görsel|görsel kaynağı)\s*[:：/|].{1,100}",
    r"(?:фото|изображение|источник изображения|источник фото|иллюстрация|джерело зображення)\s*[:：/|].{1,100}",
    r"(?:الصورة|صورة|مصدر الصورة)\s*[:：/|].{1,100}",
    r"(?:图片来源|图源|圖片來源|图片|圖|图|供图|资料图)\s*[:：/|].{1,60}",
    r"(?:画像|写真|出典画像|画像提供|画像出典)\s*[:：/|=].{1,60}",
    r"(?:사진|이미지|사진 ?= ?|이미지 출처|사진 출처|자료)\s*[:：/|=].{1,60}",
    r"(?:read also|also read|read more|see also|related|read next|don't miss|watch|more)\s*[:：>»→].{1,200}",
    r"(?:leia também|leia mais|veja também|saiba mais|ver também)\s*[:：>»→].{1,200}",
    r"(?:lesen sie auch|lies auch|siehe auch|mehr dazu|mehr zum thema|auch interessant|passend dazu|"
    r"weiterlesen)\s*[:：>»→].{1,200}",
    r"(?:lee también|lea también|ver también|te puede interesar|más información|leer más)\s*[:：>»→].{1,200}",
    r"(?:à lire aussi|lire aussi|à lire également|voir aussi|à lire)\s*[:：>»→].{1,200}",
    r"(?:leggi anche|vedi anche|leggi|per approfondire)\s*[:：>»→].{1,200}",
    r"(?:lees ook|lees meer|bekijk ook|zie ook)\s*[:：>»→].{1,200}",
    r"(?:czytaj także|czytaj też|zobacz także|zobacz też|czytaj również|przeczytaj także)\s*[:：>»→].{1,200}",
    r"(?:ayrıca oku|bunu da oku|ilgili haber)\w*\s*[:：>»→].{1,200}",
    r"(?:читайте также|читать также|смотрите также|по теме|читайте також)\s*[:：>»→].{1,200}",
    r"(?:اقرأ أيضا|اقرأ أيضاً|إقرأ أيضا|شاهد أيضا)\s*[:：>»→].{1,200}",
    r"(?:相关阅读|延伸阅读|推荐阅读|相關閱讀|延伸閱讀|上一篇|下一篇|另请参阅|点击阅读)\s*[:：>»→].{1,100}",
    r"(?:関連記事|関連|あわせて読みたい|次の記事|前の記事)\s*[:：>»→].{1,100}",
    r"(?:관련기사|관련 기사|이전기사|다음기사)\s*[:：>»→].{1,100}",
    r"(?:tags?|topics|filed under|categories|keywords|posted in|labels)\s*[:：].{1,200}",
    r"(?:marcadores|etiquetas|categorias|assuntos|temas|palavras-chave)\s*[:：].{1,200}",
    r"(?:schlagwörter|schlagworte|themen|kategorien?|stichworte)\s*[:：].{1,200}",
    r"(?:mots-clés|étiquettes|catégories|thèmes|argomenti|categorie|categorías|trefwoorden|tagi|kategorie|"
    r"etiketler|теги|метки|рубрики|الوسوم|标签|標籤|关键词|關鍵字|タグ|キーワード|태그)\s*[:：].{1,200}",
    r"\d+\s*(?:comments?|comentários?|comentarios?|kommentare?|commentaires?|comment[oi]|reacties?|komentarzy|"
    r"yorum|комментари\w+|条评论|則留言|件のコメント|개의 댓글)",
    r"\d+\s*(?:min(?:ute)?s?(?: read)?|min\. lesezeit|minuten lesezeit|min de leitura|min de lectura|"
    r"min de lecture|min di lettura|分钟阅读)",
    r"(?:home|start|startseite|início|inicio|accueil|首页|ホーム|홈|главная)\s*(?:[>»›/→]\s*[^>»›/→]{1,60}){1,6}",
    r"(?:click|tap) here to\b.{0,100}",
)

# Patterns for something within a short line, each tried only if the line holds one of its words: an alternation of all
# of them took longer than the rest of an extraction.
INSIDE = (
    (
        ("cookies",),
        r"\b(?:we|this site|this website|our website) uses? cookies\b(?=\W*$| (?:to|and|for|on|or|from|that)\b)",
    ),
    (("cookies",), r"\b(?:utilizamos|usamos|usa|utiliza) cookies\b"),
    (("cookies",), r"\b(?:verwendet|verwenden|nutzen|nutzt|setzen)\b.{0,40}\bcookies\b"),
    (("cookies",), r"\b(?:utilise|utilisons)\b.{0,30}\bcookies\b"),
    (("cookie",), r"\b(?:utilizza|utilizziamo|usiamo)\b.{0,30}\bcookie\b"),
    (("cookies",), r"\b(?:gebruikt|gebruiken)\b.{0,30}\bcookies\b"),
    (("cookies", "ciasteczek"), r"\b(?:używa|używamy|wykorzystuje|korzysta)\b.{0,40}\b(?:cookies|ciasteczek)\b"),
    (("çerez",), r"\bçerez(?:ler)?(?:i)?\b.{0,40}\bkullan"),
    (("cookie", "куки"), r"\bиспольз\w+\b.{0,40}\b(?:cookie|куки)"),
    (("cookie",), r"使用\s*cookies?"),
    (("cookie",), r"cookie\s*を使用"),
    (("쿠키",), r"쿠키를? 사용"),
    (("email address",), r"\byour email address will not be published\b"),
    (("endereço de",), r"\bendereço de e-?mail não será publicado\b"),
    (("correo electrónico",), r"\bcorreo electrónico no será publicada?\b"),
    (("mail-adresse",), r"\be-?mail-adresse wird nicht veröffentlicht\b"),
    (("adresse e",), r"\badresse e-?mail ne sera pas publiée\b"),
    (("indirizzo",), r"\bindirizzo e-?mail non sarà pubblicato\b"),
    (("mailadres",), r"\be-?mailadres wordt niet gepubliceerd\b"),
    (("adres e",), r"\badres e-?mail nie zostanie opublikowany\b"),
    (("posta",), r"\be-?posta (?:adresiniz|hesabınız) yayımlanmayacak\b"),
    (("адрес email",), r"\bадрес email не будет опубликован\b"),
    (("لن يتم نشر",), r"\bلن يتم نشر عنوان بريدك الإلكتروني\b"),
    (("邮箱地址", "電子郵件"), r"(?:邮箱地址不会被公开|電子郵件地址不會被公開|電子郵件位址不會公開)"),
    (("メールアドレス",), r"メールアドレスが公開されることはありません"),
    (("이메일",), r"이메일 주소는 공개되지 않습니다"),
    (
        ("weiterlesen", "lesen sie weiter"),
        r"\b(?:weiterlesen|lesen sie weiter)\b.{0,30}\b(?:abo|plus|premium|abonnement)\b",
    ),
    (
        ("bültenimize", "kanalımıza", "google haberler"),
        r"\b(?:bültenimize|kanalımıza|google haberler'?de)\b.{0,40}\b(?:abone|kayıt|katıl|takip)\w*",
    ),
    (
        ("扫码", "二维码", "公众号", "app", "客户端", "点击查看", "返回搜狐", "登录后", "加入會員", "電子報"),
        r"(?:扫码关注|扫描二维码|关注.{0,12}公众号|下载.{0,12}(?:APP|客户端)|打开.{0,8}APP|点击查看(?:更多|"
        r"原文)?|返回搜狐|登录后(?:查看|阅读)|加入會員|訂閱電子報)",
    ),
    (
        ("メールマガジン", "メルマガ", "ニュースレター"),
        r"(?:メールマガジン|メルマガ|ニュースレター).{0,20}(?:登録|購読|お申し込み)",
    ),
    (
        ("会員", "続きを", "残り", "ログインして"),
        r"(?:会員限定|有料会員|続きを読むには|残り\s*\d+文字|ログインして続きを読む)",
    ),
    (
        ("구독", "채널", "친구추가", "팔로우"),
        r"(?:네이버|카카오톡?|유튜브|텔레그램).{0,20}(?:구독|채널 추가|친구추가|팔로우)",
    ),
    (
        ("版权", "授权", "授權", "转载", "転載", "複製", "전재", "재배포", "저작권자"),
        r"(?:版权所有|未经授权|未經授權|不得转载|禁止转载|無断転載|無断複製|무단\s?전재|재배포\s?금지|"
        r"저작권자)",
    ),
    (
        ("advice",),
        r"\b(?:not|does not) (?:constitute|intended as|intended to be)\b.{0,40}\b(?:investment|financial|"
        r"legal) advice\b",
    ),
    (("advice",), r"\b(?:is|are) not (?:investment|financial) advice\b"),
    (("não",), r"\bnão (?:constitui|é|representa)\b.{0,50}\b(?:aconselhamento|recomendação|conselho)\b"),
    (
        ("constituye", "no es", "no representa"),
        r"\bno (?:constituye|es|representa)\b.{0,50}\b(?:asesoramiento|recomendación|"
        r"consejo)\b.{0,20}\b(?:financier|inver)",
    ),
    (
        ("anlage", "finanzberatung", "kaufempfehlung"),
        r"\b(?:keine|stellt keine)\b.{0,40}\b(?:anlageberatung|anlageempfehlung|finanzberatung|"
        r"kaufempfehlung)\b",
    ),
    (("ne constitue",), r"\bne constitue(?:nt)? pas\b.{0,50}\bconseil\w*\b"),
    (
        ("non costituisc", "non rappresenta"),
        r"\bnon (?:costituisc\w+|rappresenta\w*)\b.{0,60}\b(?:consulenza|consigli\w*|raccomandazion\w+)\b",
    ),
    (("advies",), r"\bgeen\b.{0,30}\b(?:beleggingsadvies|financieel advies)\b"),
    (("nie stanowi",), r"\bnie stanowi\w*\b.{0,50}\b(?:porady|rekomendacji|doradztwa)\b"),
    (("yatırım tavsiyesi",), r"\byatırım tavsiyesi değildir\b"),
    (
        ("не является",),
        r"\bне является\b.{0,50}\b(?:инвестиционн\w+|финансов\w+)\b.{0,20}\b(?:рекомендаци\w+|советом)\b",
    ),
    (("投资", "投資"), r"(?:不构成|不構成|非|不作为).{0,12}(?:投资建议|投資建議|投资依据)"),
    (("投資",), r"投資(?:助言|勧誘)を目的と"),
    (("투자",), r"투자\s?(?:권유|판단의 책임)"),
)
