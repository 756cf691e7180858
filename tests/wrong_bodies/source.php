<?php if (!defined("IN")) { die(); } header("Content-Type: text/xml");
