/** Points at what is selected or open, or at nothing at all. */
export const POINTS =
  /^(?:(?:please|pls|bitte|at|up|out|all|both|each|every|everything|most|some|parts?|for|of|in|on|to|with|me|us|mir|uns|für|in|zu|pour|dans|para|por|per|voor|для|what|how|why|whether|was|wie|warum|ce que|comment|qué|cómo|cosa|come|wat|hoe|что|как)\s+)*(?:th(?:is|at|ese|ose)|it|them|the (?:selected|selection|highlighted|marked|current|open|following|above|code|function|method|class|file|component|module|snippet|block|bug|error|issue|problem|loop|lines?|regex|query|hook|types?)|selected|selection|my (?:code|function|selection|file|class)|here|dies\p{L}*|das|es|ihn|sie|die auswahl|d\p{L}{2} (?:markiert|ausgewählt|aktuell|code|funktion|methode|klasse|datei|komponente|fehler|bug|schleife)\p{L}*|markiert\p{L}*|ausgewählt\p{L}*|ce|cet|cette|ces|ça|ceci|cela|le (?:code|fichier|bug)|la (?:sélection|fonction|classe|méthode)|l'erreur|est[eoa]s?|es[oae]|la (?:selección|función|clase)|el (?:código|error|archivo|bug)|iss[oae]|ist[oa]|a (?:seleção|função|classe)|o (?:código|erro|arquivo)|quest[oaei]|la (?:selezione|funzione|classe)|il (?:codice|file|bug)|deze|dit|dat|de (?:selectie|functie|klasse|code)|het bestand|это[тй]?|эт[ауио]|выделенн\p{L}*|tę?|to|ten)(?!\p{L})/iu;

/** Only a pronoun: without a selection it may mean what was talked of. */
export const ONLY_PRONOUN =
  /^(?:it|that|them|those|these|es|ihn|sie|das|ça|cela|lo|la|eso|isso|lo|dat|het|его|её|их)(?: (?:please|pls|now|for me|up|bitte|all))*[\s.!?]*$/iu;

export const SAYS_SELECTION =
  /(?<!\p{L})(?:selection|selected|highlighted|marked|auswahl|ausgewählt\p{L}*|markiert\p{L}*|sélection\p{L}*|selecci\p{L}*|selecionad\p{L}*|seleção|selezion\p{L}*|selecti\p{L}*|geselecteerd\p{L}*|выделенн\p{L}*)(?!\p{L})/iu;

export const SAYS_FILE =
  /(?<!\p{L})(?:this|the current|the open|current|whole|entire|diese|die aktuelle|ce|este|questo|dit|этот)\s+(?:file|datei|fichier|archivo|arquivo|bestand|файл)(?!\p{L})/iu;
