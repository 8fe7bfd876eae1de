<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="de">
<context>
    <name>Player</name>
    <message>
        <source>&amp;Datei öffnen</source>
        <translation>&amp;Open file</translation>
    </message>
    <message>
        <source>Das Lied „%1“ wurde noch nie gespielt.</source>
        <translation>The song “%1” has yet never been played.</translation>
    </message>
    <message numerus="yes">
        <source>%n Lieder warten.</source>
        <translation>
            <numerusform>%n song is waiting.</numerusform>
            <numerusform>%n songs are waiting.</numerusform>
        </translation>
    </message>
    <message>
        <source>Lauter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alt</source>
        <translation type="vanished">Gone.</translation>
    </message>
</context>
</TS>
