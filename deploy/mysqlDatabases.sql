-- Run once by the MySQL image, after it made the database and the user `obsidian`.
CREATE DATABASE IF NOT EXISTS `obsidian_ops`;
CREATE DATABASE IF NOT EXISTS `obsidian_vault`;
GRANT ALL ON `obsidian\_%`.* TO 'obsidian'@'%';
