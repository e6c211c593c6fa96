import type { Cues } from "./cues.ts";

export const french: Cues = {
  stopWords: `
    le|la|les|l|un|une|des|du|de|d|et|ou|mais|à|au|aux|en|dans|sur|pour|avec|par|sans|est|sont|était|être|c'est|il|elle|ils|elles|on|nous|notre|nos|je|j|me|moi|mon|ma|mes|tu|te|toi|ton|ta|vous|votre|ce|cet|cette|ces|ça|que|qui|quoi|où|ne|pas|plus|se|sa|son|ses|si|très|aussi|bien|y|a|ont|ai|as|fait|comme|merci|encore|dans`,
  openings: `bonjour|salut|ok|d'accord(?=[,.!])|oui|non(?=[,.;:!])|bon|alors|ah|oh|euh|au fait|merci|et|mais|parfait(?=[,.!])|désolé|petite précision|pour info`,
  explicit: `^(?:retiens|rappelle-toi|souviens-toi|n'oublie pas|note|à noter)(?: bien)?|garde en tête|à partir de maintenant|à partir d'aujourd'hui|dorénavant|désormais|nouvelle règle|pour mémoire|règle :`,
  asks: `qu'est-ce|est-ce|que|quel(?:le)?s?|qui|où|quand|pourquoi|comment|combien|peux-tu|pouvez-vous|tu peux|tu pourrais|pourrais-tu|as-tu|y a-t-il|faut-il|dois-je`,
  hedges: `peut-être|probablement|sans doute|éventuellement|on pourrait|je pourrais|ça pourrait|ce serait|serait|un jour|je ne sais pas|pas sûre?|je crois|je pense|il me semble|on dirait|apparemment|supposons|imaginons|si jamais|et si|à voir|on verra|faudrait voir`,
  sarcasm: `génial|super,? (?:encore|un|une)|formidable|merveilleux|quelle (?:joie|surprise|bonne idée)|comme par hasard|bien sûr,? pourquoi pas|que pourrait-il|j'adore quand|mon passe-temps|bravo|youpi|mdr|lol|haha+|🙄|😂|😅`,
  others: `^(?:\\S+ ){0,4}(?:aime (?:bien|mieux|beaucoup)|adore|préfère(?<!je préfère)|déteste|pense que|prétend|ne jure que par)|^(?:il|elle) (?:aime|adore|préfère|déteste|utilise)|selon|d'après|(?:mon|ma|un) (?:ami|amie|collègue|frère|sœur|chef|copain)|dans mon ancienne|pas mon truc|l'article (?:dit|recommande)`,
  passing: `aujourd'hui|ce matin|ce soir|hier|tout à l'heure|en ce moment|maintenant que|pour l'instant|café|déjeuner|vacances|week-end|bonne nuit|à demain|à plus|fatigué|corrigé$|c'est (?:bon|fait|réglé|corrigé)|ça (?:marche|passe|roule)|faute de frappe|je (?:vais|regarde|teste|reviens)|j'ai (?:corrigé|poussé|fini|trouvé|oublié|testé)|laisse tomber|peu importe|encore (?:rouge|cassé)|toujours (?:rouge|cassé|pas)`,
  trouble: `cassée?s?|plante|planté|échoue|échoué|erreur|bug|bloquée?|manque|vide|bizarre|étrange|oups|zut|aïe|ouf|:D|:\\(`,
  requests: `(?:s'il te plaît |stp |et |alors )*(?:corrige|ajoute|renomme|supprime|ouvre|montre|explique|lance|teste|vérifie|regarde|cherche|écris|fais|refais|donne|change|modifie|mets|enlève|continue|résume|traduis|essaie|attends|arrête|laisse|prends|crée|déplace|réponds|utilise|évite|garde)`,
  general: `toujours|jamais|chaque|tous|toutes|partout|en général|par défaut|sauf|uniquement|seulement|au plus|au moins|maximum|quand tu|avant de|désormais|au lieu de|réponses|moi`,
  norms: `toujours|jamais|doit|doivent|il faut|interdit|interdite?s?|obligatoire|pas de \\S+(?: \\S+){0,2} (?:dans|en|sur|sans|pour)|aucun|aucune|uniquement|seulement|exclusivement|ne \\S+ que|au plus|au moins|maximum|par défaut|par convention|règle|convention|sauf|partout|chaque|tou(?:s|tes) les|au lieu de|plutôt que|rien dans|passent? par|limite`,
  decisions: `décidé|décision|on a choisi|choisi|retenu|convenu|d'accord pour|on (?:passe|reste|garde|part|abandonne|remplace|prend)|on s'est mis d'accord|tranché|validé|sera (?:remplacé|supprimé|retiré)|définitif|c'est acté`,
  habits: `(?:on|nous) (?:n')?(?:utilise|utilisons|déploie|déployons|écrit|écrivons|stocke|stockons|met|mettons|fait|faisons|garde|gardons|teste|testons|travaille|travaillons|\\p{L}+ons)|notre|nos|chez nous|dans ce (?:dépôt|projet|repo)`,
  preferences: `je (?:préfère|veux|n'aime pas|déteste|aime|souhaite|travaille|suis|m'appelle|parle)|j'(?:aime|utilise|aimerais)|ma préférence|mon (?:éditeur|nom|fuseau|équipe|poste)|moi je|réponds|réponses`,
  tasks: `on doit|il faut|avant (?:le|la)|d'ici|échéance|date limite|livraison|démo|sortie|mise en prod|au plus tard|expire|reste à|à faire|jusqu'à`,
  states: `est|sont|s'appelle|se trouve|tourne|tournent|utilise|écoute|contient|a|ont|dépend|vit|vient|passe|passent|s'écri(?:t|vent)|se (?:trouve|fait|font)|hébergée?s?|stockée?s?|coûte|dure|appartient|gère|attend|renvoie|reste|vont|va`,
  changes: `changement|changé|finalement|plus maintenant|ne \\S+ plus|désormais|à la place|au lieu de|remplacé|remplace|déplacé|reporté|décalé|avancé|passe à|passé à|passe de|migre|migré|abandonné|abandonne|correction|en fait|renommé|annulé|maintenant|nouveau|nouvelle|était faux|je me suis trompée?`,
  corrections: `^non[,.;:!]|c'est faux|faux|je me suis trompée?|j'avais tort|correction|en fait|en réalité|pas \\S+ mais|je n'ai pas dit|obsolète`,
  restated: `comme (?:je l'ai )?dit|je l'ai (?:déjà )?dit|rappel|je répète|pour rappel`,
  confirmations: `^(?:(?:oui|ok|parfait|bien|super)[,.!]? )*(?:exactement|tout à fait|c'est (?:ça|exact|juste|correct|notre règle)|correct|exact|on fait (?:comme )?ça|fais(?:-le)? (?:comme ça|partout)|validé|d'accord,? (?:on|fais|partout)|retiens ça|partout)`,
  everywhere: `dans tous (?:les|mes) (?:langages|projets|dépôts)|dans (?:chaque|tout) (?:langage|projet)|partout|en général|quel que soit|réponds-moi|en français`,
  dates: `janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|semaine prochaine|mois prochain|trimestre|été|hiver|automne|printemps|fin (?:du|de)|\\d{1,2} ?h(?:\\d\\d)?|minuit|midi`,
};
