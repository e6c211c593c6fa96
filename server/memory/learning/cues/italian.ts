import type { Cues } from "./cues.ts";

export const italian: Cues = {
  stopWords: `
    il|lo|la|i|gli|le|l|un|uno|una|di|del|della|dei|delle|e|ed|o|ma|a|al|alla|ai|in|nel|nella|nei|con|per|su|sul|sulla|da|dal|dalla|senza|è|sono|era|essere|io|mi|mio|mia|tu|ti|tuo|noi|ci|nostro|nostra|che|chi|quando|come|dove|non|sì|molto|più|anche|già|questo|questa|quello|quella|c'è|ha|hanno|ho|abbiamo|si|se|suo|sua|al|posto|grazie`,
  openings: `ciao|buongiorno|ok|va bene(?=[,.!])|sì|no(?=[,.;:!])|bene(?=[,.!])|allora|ah|a proposito|grazie|e|ma|perfetto(?=[,.!])|scusa`,
  explicit: `^(?:ricorda|ricordati|ricordatevi|tieni presente|non dimenticare|annota|segna|memorizza)|tieni a mente|d'ora in poi|da ora in poi|da oggi|nuova regola|^nota:|regola:`,
  asks: `cosa|che cosa|che|quale|quali|chi|dove|quando|perché|come|quanto|puoi|potresti|c'è (?:un|una|qualche|modo)|è possibile|devo|sai`,
  hedges: `forse|magari|probabilmente|possibilmente|potremmo|potrebbe|sarebbe|un giorno|non so|non sono sicur[oa]|credo|penso che|sembra|pare|supponiamo|immagina|e se|vedremo|chissà`,
  sarcasm: `che meraviglia|che sorpresa|che bello,? un altr|fantastico,? un altr|ottimo,? un altr|certo,? perché no|cosa potrebbe andare storto|adoro quando|il mio passatempo|haha+|lol|🙄|😂|😅`,
  others: `^(?:\\S+ ){0,4}(?:piace|piacciono|preferisce|adora|odia|pensa che|crede che|dice che)(?<!mi piace|mi piacciono)|secondo|(?:il mio|un) (?:amico|collega|capo|fratello)|nel mio vecchio|non fa per me|l'articolo (?:dice|consiglia)`,
  passing: `oggi|ieri|stamattina|stasera|adesso|per ora|al momento|caffè|pranzo|ferie|weekend|buonanotte|buona notte|a domani|stanc[oa]|sistemato$|fatto$|funziona$|ora funziona|refuso|vado|sto|lascia perdere|non importa|di nuovo$|ancora (?:rotto|rosso)`,
  trouble: `rott[oaie]|fallisce|fallito|errore|bloccat[oa]|manca|vuot[oa]|strano|uffa|accidenti|:D|:\\(`,
  requests: `(?:per favore |e |ora )*(?:correggi|aggiungi|rinomina|cancella|elimina|apri|mostra|mostrami|spiega|esegui|prova|controlla|guarda|cerca|scrivi|fai|dammi|cambia|metti|togli|continua|riassumi|traduci|aspetta|lascia|prendi|crea|sposta|sistema|sistemalo|rispondi|usa|evita)`,
  general: `sempre|mai|ogni|tutti|tutte|in generale|di default|tranne|eccetto|solo|soltanto|al massimo|almeno|massimo|quando|prima di|invece di|al posto di|risposte`,
  norms: `sempre|mai|deve|devono|bisogna|vietat[oaie]|obbligatori[oa]|niente|nessun|nessuna|senza eccezioni|solo|soltanto|esclusivamente|al massimo|almeno|massimo|di default|per convenzione|regola|convenzione|tranne|eccetto|ovunque|ogni|tutt[ie] (?:i|le|gli)|invece di|al posto di|passano? da`,
  decisions: `deciso|decisione|abbiamo (?:scelto|deciso|concordato)|concordato|scelto|restiamo con|passiamo a|andiamo con|definitivo|scartat[oa]|approvato|sarà (?:sostituito|rimosso)`,
  habits: `(?:sempre |non )?(?:usiamo|scriviamo|salviamo|facciamo|mettiamo|testiamo|lavoriamo|\\p{L}{3,}iamo)|nostr[oaie]|in questo (?:repo|progetto|repository)`,
  preferences: `(?:io )?(?:preferisco|voglio|odio|detesto|lavoro|parlo|uso)|(?:non )?mi (?:piace|piacciono|serve)|il mio (?:editor|nome|fuso|team)|mi chiamo|risposte|rispondi`,
  tasks: `dobbiamo|bisogna|prima (?:del|della|di)|scadenza|consegna|demo|rilascio|entro|scade|da fare|fino al`,
  states: `è|sono|si chiama|gira|girano|usa|usano|ascolta|contiene|ha|hanno|dipende|vive|viene|va|vanno|costa|dura|appartiene|gestisce|restituisce|sta|stanno|si trova`,
  changes: `cambio di programma|cambiato|alla fine|non \\S+ più|invece di|al posto di|sostituisce|sostituito|spostat[oa]|passa a|passato a|rimandat[oa]|anticipat[oa]|migriamo|correzione|in realtà|rinominato|annullat[oa]|ora|nuov[oa]|mi sono sbagliat[oa]|era sbagliato`,
  corrections: `^no[,.;:!]|è falso|è sbagliato|mi sono sbagliat[oa]|correzione|in realtà|non \\S+ ma|bensì|non ho detto|obsolet[oa]`,
  restated: `come (?:ho )?(?:già )?detto|te l'ho detto|promemoria|ripeto`,
  confirmations: `^(?:(?:sì|ok|perfetto|bene|ottimo)[,.!]? )*(?:esatto|esattamente|corretto|giusto|proprio così|è così|d'accordo,? (?:fai|facciamo)|fai così|facciamo così|così ovunque|confermato|ricordalo)`,
  everywhere: `in (?:tutti|ogni|qualsiasi)(?: i| i miei)? (?:linguaggi?o?|progett[io]|repo)|ovunque|in generale|rispondimi`,
  dates: `gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|prossim[oa] (?:settimana|mese|anno)|trimestre|estate|inverno|autunno|primavera|fine|mezzanotte|mezzogiorno`,
};
