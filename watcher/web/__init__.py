"""Shell: the web service that makes the links of an edition true. The one door to FastAPI and uvicorn.

    GET  /e/NAME/SIGNATURE              an edition as everybody sees it; with .txt, .md or .json in another form
    GET  /u/TOKEN                       asks whether a reader wants to leave; changes nothing
    POST /u/TOKEN                       leaves (RFC 8058)
    GET  /livez, /readyz                for whoever watches the process

Everything else is 404: what lists or searches the archive comes with signing in.
"""
