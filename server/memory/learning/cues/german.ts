import type { Cues } from "./cues.ts";

export const german: Cues = {
  stopWords: `
    der|die|das|dem|den|des|ein|eine|einen|einem|einer|eines|und|oder|aber|von|vom|zu|zum|zur|in|im|an|am|auf|für|mit|bei|aus|als|wie|ist|sind|war|waren|sein|es|wir|uns|unser|unsere|ich|mich|mir|mein|meine|du|dir|dich|dein|er|sie|ihr|ihre
    nicht|kein|keine|nur|jetzt|noch|schon|auch|sehr|so|dann|denn|da|hier|dort|was|wer|wo|wann|warum|wieso|hat|habe|haben|hatte|wird|werden|kann|können|soll|sollen|muss|müssen|mal|doch|ja|nein|bitte|danke|dass|wenn|ob|über|unter|nach|vor|bis|man|sich|mag|immer|nie|wieder|dafür|davon|daran`,
  openings: `
    hallo|hi|moin|guten morgen|guten tag|ok|okay|ja|jo|nein(?=[,.;:!])|ne(?=[,.!])|also|ach so|achso|ach|ah|oh|hm+|übrigens|btw|danke|bitte|gut(?=[,.!])|super(?=[,.!])|genau(?=[,.!])|und|aber|noch was|kurze info|zur info|fyi|sorry|wie gesagt`,
  explicit: `
    ^merk(?:e)? dir|^bitte merk(?:e)?|^denk(?:e)? (?:dran|daran)|vergiss nicht|behalte? (?:im kopf|bitte)|zur erinnerung|ab jetzt|ab heute|ab sofort|von jetzt an|von nun an|künftig|in zukunft|^notiz|notiere|^neue regel|^regel:|^wichtig:|für die zukunft|^hinweis:|schreib dir auf`,
  asks: `
    was|wer|wo|wann|warum|wieso|weshalb|wie|welche[rsnm]?|wohin|woher|ist|sind|hat|haben (?:wir|sie)|kann|kannst|könntest|könnten|können (?:wir|sie)|soll|sollen wir|sollte ich|darf|geht|gibt es|gibt's|weißt du|machst du|würdest|hast du|muss ich`,
  hedges: `
    vielleicht|eventuell|evtl|womöglich|möglicherweise|wahrscheinlich|vermutlich|wohl|könnte[nst]?|würde[nt]?|wäre[nst]?|hätte[nt]?|irgendwann|eines tages|mal sehen|schauen wir mal|keine ahnung|nicht sicher|unsicher|glaube ich|ich glaube|ich denke|denke ich|ich vermute|angenommen|stell dir vor|falls wir|sollten wir|wenn wir (?:je|mal|irgendwann)|theoretisch|anscheinend|scheinbar|überlege|überlegen|ob wir`,
  sarcasm: `
    na toll|na super|ganz toll|wie schön|wie toll|super,? (?:schon|wieder|noch)|toll,? (?:schon|wieder|noch)|prima,? (?:schon|wieder|noch)|schon wieder (?:ein|eine)|mein lieblings\\w*|genau mein humor|was soll da schon schiefgehen|was kann da schon schiefgehen|herzlichen glückwunsch|haha+|lol|🙄|😂|😅|🤡|natürlich,? warum auch nicht|klar,? warum nicht|hurra|juhu|großartig,|wunderbar,|fantastisch`,
  others: `
    ^(?:\\S+ ){0,4}(?:mag (?:lieber|am liebsten|gern|keine?)|liebt|hasst|findet|bevorzugt|schwört auf|meint|glaubt|behauptet|steht auf|ist (?:ein )?fan von)|^(?:er|sie) (?:mag|liebt|hasst|findet|nutzt|will)|laut|in meiner alten firma|mein(?:e)? (?:freund|kollege|bruder|chef|ex|kumpel)\\w*|^(?:der|die|das) (?:artikel|blog|doku|readme|seite|datei|video) (?:sagt|schreibt|empfiehlt|behauptet)|nicht mein (?:ding|geschmack)|andere (?:teams|firmen|leute)`,
  passing: `
    heute|gerade|grad|eben|gleich|momentan|im moment|gestern|morgen früh|heute abend|kaffee|mittag|mittagessen|feierabend|urlaub|wochenende|gute nacht|bis morgen|müde|krank|wieder (?:rot|grün|kaputt)|geht jetzt|geht wieder|läuft wieder|läuft jetzt|funktioniert(?: jetzt| wieder)?$|passt$|tippfehler|erledigt|fertig$|hab(?:e)? (?:ich )?(?:es |das )?(?:gefixt|gemacht|gepusht|gemerged|gefunden|repariert|vergessen)|ich (?:hab|habe|bin|schau|probier|teste|gucke|muss)|egal|vergiss es|passt schon|kein ding|alles gut|immer noch|schon wieder|verstehe|klingt gut|macht sinn|guter punkt`,
  trouble: `kaputt|fehlt|fehler(?= in| bei| beim)|schlägt fehl|fehlgeschlagen|abgestürzt|stürzt ab|hängt|absturz|tippfehler|komisch|seltsam|merkwürdig|ist (?:falsch|leer|weg|langsam|rot|voll)|wow|argh|puh|uff|oje|mist|verdammt|:D|:\\(`,
  requests: `
    (?:bitte |mal |dann |jetzt |und |noch )*(?:mach|mache|zeig|zeige|schreib|schreibe|füg|füge|benenn|benenne|öffne|lösche|lösch|ändere|änder|korrigier\\w*|fix|fixe|teste|prüf\\w*|schau|such|suche|lauf|starte|stopp\\w*|erklär\\w*|übersetz\\w*|lass|nimm|bau|baue|lies|führ|führe|gib|sag|weiter|mehr|weniger|nochmal|probier\\w*|versuch\\w*|warte|committe|pushe|verschieb\\w*|kürz\\w*|räum|entferne|ersetze|erstelle|antworte|benutze|nutze|verwende|vermeide|halte)`,
  general: `immer|nie|niemals|jede[rsnm]?|alle[rsnm]?|überall|grundsätzlich|generell|ab jetzt|außer|sonst|höchstens|mindestens|maximal|nur|statt|wenn du|bevor du|in (?:antworten|commits|kommentaren|code)|mir|antworten`,
  norms: `
    immer|nie|niemals|nirgends|muss|müssen|darf|dürfen|soll nicht|sollen nicht|kein(?:e|en|em|er)? \\S+(?: \\S+){0,2} (?:in|auf|für|ohne|außerhalb|im|mehr)|verboten|tabu|pflicht|erlaubt|nur|ausschließlich|grundsätzlich|generell|überall|jede[rsnm]?|alle \\S+ (?:sind|gehen|müssen|haben|werden)|höchstens|mindestens|maximal|standard ist|per default|regel|konvention|außer|ausnahmslos|statt|anstatt|anstelle|nichts davon|gehört (?:in|nicht|zu)|niemand|, nicht`,
  decisions: `
    entschieden|entscheidung|beschlossen|beschluss|geeinigt|festgelegt|abgemacht|vereinbart|wir (?:nehmen|bleiben|steigen|wechseln|ersetzen|streichen|stellen)|bleibt (?:bei|es)|fliegt raus|fliegen raus|kommt raus|ist raus|wird (?:ersetzt|entfernt|abgeschaltet|umgestellt|abgelöst)|gesetzt|endgültig|final|steht fest|altlast|überbleibsel`,
  habits: `wir \\p{L}+(?:en|n)|\\p{L}+(?:en) wir|unsere? (?:\\S+ ){1,4}(?:ist|sind|hat|haben|läuft|liegt|geht)|bei uns|in diesem (?:projekt|repo)|im (?:projekt|repo)|in \\S+ (?:nutzen|verwenden|benutzen) wir`,
  preferences: `
    ich (?:mag|bevorzuge|will|möchte|hasse|liebe|hätte gern|arbeite|nutze|benutze|brauche|schreibe)|mag ich|bevorzuge ich|lieber|am liebsten|mir (?:ist|sind|lieber|gefällt|reicht)|bitte (?:kein|nie|immer|nur)\\w*|mein(?:e)? (?:editor|shell|name|zeitzone|rechner|team|rolle|muttersprache)|ich bin|ich heiße|antworte|antworten|duz|nenn mich|stört mich|nervt mich`,
  tasks: `wir müssen|muss bis|müssen bis|bis dahin|noch offen|fehlt noch|frist|abgabe|abnahme|lieferung|release|deadline|termin|fällig|bis (?:zum|ende|spätestens)|spätestens|läuft ab|muss (?:fertig|raus|weg)|vor dem (?:release|start)|demo`,
  states: `ist|sind|liegt|liegen|läuft|laufen|lauscht|hört auf|steht|stehen|heißt|heißen|nutzt|verwendet|benutzt|hat|haben|braucht|kommt|kommen|geht|gehen|gehört|gehören|gilt|dauert|kostet|enthält|basiert|wird|werden|zeigt auf|verantwortlich|zuständig|erwartet|liefert|unterstützt|bleibt|bleiben`,
  changes: `planänderung|doch (?:nicht|lieber)|verschoben|verlegt|geändert|umgezogen|umgestellt|gewechselt|wechseln|nicht mehr|stattdessen|statt|ersetzt|abgelöst|fliegt raus|raus|korrektur|vergiss was ich|ab jetzt|ab sofort|jetzt|neuerdings|nun|inzwischen|mittlerweile|falsch|erhöht|gesenkt|angehoben|verlängert|verkürzt|umbenannt|abgesagt|gestrichen|früher|war falsch|irrtum|wieder zurück|neue[rsnm]? (?:termin|frist|wert|port|regel|version)`,
  corrections: `^nein[,.;:!]|^nee?[,.;:!]|^falsch|stimmt nicht|ist falsch|war falsch|hab(?:e)? mich (?:geirrt|vertan|getäuscht)|ich lag falsch|korrektur|nicht \\S+,? sondern|sondern|das habe ich nicht gesagt|veraltet|eigentlich|tatsächlich`,
  restated: `wie gesagt|hab(?:e)? ich (?:doch )?(?:schon )?gesagt|sagte ich|zur erinnerung|nochmal:|erinnerung`,
  confirmations: `^(?:(?:ja|ok|okay|gut|super|perfekt|jawohl)[,.!]? )*(?:genau(?: so)?|richtig|korrekt|stimmt|exakt|einverstanden|passt so|so machen wir(?:'s| es| das)|das ist (?:richtig|korrekt|unsere regel)|machen wir so|mach das (?:überall|so|immer)|überall so|gilt ab jetzt|merk dir das|bleibt so)`,
  everywhere: `in jeder sprache|in allen (?:projekten|sprachen|repos)|überall|generell|grundsätzlich|egal (?:welche|in|wo)\\w*|antworte mir|immer auf deutsch`,
  dates: `januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonntags?|täglich|wöchentlich|monatlich|nachts|nächtlich|quartal|q[1-4]|\\d{1,2}\\.(?= )|\\d{1,2}\\.\\d{1,2}\\.|nächste[rsn]? (?:woche|monat|jahr|quartal)|sommer|winter|herbst|frühjahr|ende (?:des|der)|uhr|\\d{4}-\\d\\d-\\d\\d`,
};
