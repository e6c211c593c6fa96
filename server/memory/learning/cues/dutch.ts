import type { Cues } from "./cues.ts";

export const dutch: Cues = {
  stopWords: `
    de|het|een|en|of|maar|van|in|op|aan|voor|met|bij|uit|als|naar|door|over|is|zijn|was|waren|wij|we|ons|onze|ik|me|mij|mijn|je|jij|jou|jouw|hij|zij|ze|hun|dit|dat|die|deze|er|niet|geen|ook|nog|al|wel|dan|zo|te|om|wat|wie|waar|wanneer|waarom|hoe|heeft|hebben|had|wordt|worden|kan|kunnen|moet|moeten|wil|zal|nu|hier|daar|bedankt`,
  openings: `hoi|hallo|goedemorgen|ok|oké|ja|nee(?=[,.;:!])|dus|ah|oh|trouwens|bedankt|dank je|en|maar|prima(?=[,.!])|perfect(?=[,.!])|sorry`,
  explicit: `^(?:onthoud|onthou|vergeet niet|noteer|let op)|hou in gedachten|houd er rekening mee|vanaf nu|voortaan|vanaf vandaag|nieuwe regel|regel:`,
  asks: `wat|wie|waar|wanneer|waarom|hoe|welke|hoeveel|kun je|kan je|kan ik|kunnen we|is er|zijn er|moet ik|heb je|weet je|zou je`,
  hedges: `misschien|waarschijnlijk|mogelijk|wellicht|zou(?:den)?|ooit|geen idee|niet zeker|weet niet|ik denk|ik geloof|lijkt|blijkbaar|stel dat|als we ooit|we zien wel|eventueel`,
  sarcasm: `geweldig,? (?:weer|nog)|super,? weer|fijn,? weer|wat een verrassing|wat kan er misgaan|mijn favoriete|hoera|haha+|lol|🙄|😂|😅`,
  others: `^(?:\\S+ ){0,4}(?:houdt van|vindt|haat|gelooft|beweert|zweert bij|wil liever)|volgens|mijn (?:vriend|collega|broer|baas)|bij mijn vorige|niet mijn ding|het artikel (?:zegt|raadt)`,
  passing: `vandaag|gisteren|vanochtend|vanavond|net|zojuist|even|straks|op dit moment|koffie|lunch|vakantie|weekend|welterusten|tot morgen|moe|gefixt$|klaar$|werkt$|het werkt|typfout|laat maar|maakt niet uit|nog steeds (?:rood|stuk)|ik (?:ga|kijk|ben)`,
  trouble: `stuk|kapot|faalt|mislukt|fout in|crasht|hangt|ontbreekt|leeg|raar|vreemd|wow|pff|:D|:\\(`,
  requests: `(?:alsjeblieft |en |nu )*(?:pas|fix|voeg|hernoem|verwijder|open|toon|laat|leg|start|test|check|controleer|kijk|zoek|schrijf|maak|geef|verander|zet|haal|ga|vat|vertaal|probeer|wacht|stop|neem|verplaats|antwoord|gebruik|vermijd)`,
  general: `altijd|nooit|elke?|alle|overal|in het algemeen|standaard|behalve|alleen|hooguit|minstens|maximaal|wanneer|voordat|in plaats van|antwoorden`,
  norms: `altijd|nooit|nergens|moet|moeten|mag|mogen|verboden|verplicht|geen \\S+(?: \\S+){0,2} (?:in|op|voor|zonder)|alleen|uitsluitend|hooguit|minstens|maximaal|standaard|regel|conventie|afspraak|behalve|overal|elke?|alle \\S+ (?:zijn|gaan|moeten)|in plaats van|niets in|niemand|via`,
  decisions: `besloten|beslissing|besluit|afgesproken|gekozen|we (?:nemen|blijven|stappen|gaan voor|houden)|vervalt|eruit|definitief|goedgekeurd|wordt (?:vervangen|verwijderd)`,
  habits: `(?:we|wij) \\p{L}+(?:en|n)|onze? (?:\\S+ ){1,4}(?:is|zijn|heeft|draait|staat)|bij ons|in (?:deze|dit) (?:repo|project)`,
  preferences: `ik (?:wil|heb liever|haat|hou van|vind|werk|gebruik|schrijf|ben)|liever|mijn (?:editor|naam|tijdzone|team)|noem me|antwoord|antwoorden`,
  tasks: `we moeten|moet voor|deadline|oplevering|levering|demo|release|uiterlijk|verloopt|nog te doen|vóór|voor de`,
  states: `is|zijn|heet|draait|draaien|gebruikt|luistert|staat|staan|ligt|liggen|bevat|heeft|hebben|hangt af|komt|gaat|gaan|kost|duurt|hoort|verwacht|geeft`,
  changes: `verandering|veranderd|toch|niet meer|in plaats van|vervangt|vervangen|verhuisd|verplaatst|verschoven|uitgesteld|vervroegd|stappen over|overgestapt|correctie|eigenlijk|hernoemd|geannuleerd|nu|nieuwe?|vergiste|had het mis`,
  corrections: `^nee[,.;:!]|klopt niet|is fout|ik had het mis|correctie|eigenlijk|niet \\S+,? maar|heb ik niet gezegd|verouderd`,
  restated: `zoals (?:ik )?(?:al )?(?:zei|gezegd)|ik zei|herinnering|nogmaals`,
  confirmations: `^(?:(?:ja|ok|oké|prima|perfect|goed)[,.!]? )*(?:precies|exact|klopt|juist|inderdaad|akkoord|zo doen we het|doe het (?:zo|overal)|overal zo|bevestigd|onthoud dat)`,
  everywhere: `in (?:elke|alle)(?: mijn)? (?:taal|talen|projecten|project|repo's)|overal|in het algemeen|antwoord me`,
  dates: `januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|volgende? (?:week|maand|jaar)|kwartaal|zomer|winter|herfst|lente|eind|middernacht|\\d{1,2} uur`,
};
