(function(){var feed='https://a.example/feed';window.load(feed);})();
