"""Shell: the web service. The one door to FastAPI, uvicorn and prometheus-client.

`application` puts it together: doors (which Host, how large, what every answer carries), the gate (who may pass), marks
of what has not changed, then the routes. What everybody may ask for stands in `gate.PUBLIC` and nowhere else:

    GET  /e/NAME/SIGNATURE              an edition as everybody sees it; with .txt, .md or .json in another form
    GET  /u/TOKEN                       asks whether a reader wants to leave; changes nothing
    POST /u/TOKEN                       leaves (RFC 8058)
    GET  /f/TOKEN                       a feed, until its address is revoked
    GET  /livez, /readyz                for whoever watches the process
    GET, POST /sign-in                  the way in

All else wants a session or the token. In `watcher run` the service is a process of its own (`beside`).
"""
