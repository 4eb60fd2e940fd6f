@echo off
node --max-semi-space-size=2 "%~dp0..\dist\provider\plugin\main.js" %*
