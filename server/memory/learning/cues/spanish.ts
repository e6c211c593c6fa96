import type { Cues } from "./cues.ts";

export const spanish: Cues = {
  stopWords: `
    el|la|los|las|un|una|unos|unas|de|del|y|e|o|pero|a|al|en|con|por|para|sin|sobre|es|son|era|ser|está|están|estar|lo|le|les|se|su|sus|nos|nuestro|nuestra|yo|me|mi|mis|tú|tu|te|que|qué|quien|cuando|cómo|donde|no|sí|muy|más|también|ya|este|esta|esto|ese|esa|eso|hay|ha|han|he|hemos|como|gracias|otra|vez`,
  openings: `hola|buenos días|buenas|ok|vale|sí|no(?=[,.;:!])|bueno|pues|ah|oh|por cierto|gracias|y|pero|perfecto(?=[,.!])|perdón|para que conste|nota rápida`,
  explicit: `^(?:recuerda|recordad|acuérdate|ten en cuenta|no olvides|anota|apunta|memoriza)|ten presente|a partir de ahora|de ahora en adelante|desde hoy|nueva regla|^nota:|regla:|para el futuro`,
  asks: `qué|cuál(?:es)?|quién|dónde|cuándo|por qué|cómo|cuánto|puedes|podrías|hay (?:alguna|algún|una|un)|es (?:posible|verdad)|debería|sabes|tienes`,
  hedges: `quizás?|tal vez|a lo mejor|probablemente|posiblemente|podría(?:mos|n)?|sería|algún día|no sé|no estoy segur[oa]|creo que|supongo|imagino|parece que|al parecer|supongamos|imagina|si algún día|y si|habría que ver|ya veremos`,
  sarcasm: `qué maravilla|qué sorpresa|qué bien,? otra|genial,? (?:otra|otro)|fantástico|estupendo,? otr|claro,? (?:por qué no|cómo no)|qué podría salir mal|me encanta cuando|mi pasatiempo|bravo|jaja+|lol|🙄|😂|😅`,
  others: `^(?:\\S+ ){0,4}(?:le gustan?|prefiere|adora|odia|cree que|piensa que|dice que)|^(?:él|ella) (?:usa|prefiere)|según|(?:mi|un|una) (?:amigo|amiga|colega|compañero|compañera|hermano|jefe)|en mi antiguo|no es lo mío|el artículo (?:dice|recomienda)`,
  passing: `hoy|esta (?:mañana|tarde|noche)|ayer|ahora mismo|de momento|por ahora|café|comida|vacaciones|fin de semana|buenas noches|hasta (?:mañana|luego)|cansad[oa]|arreglado$|ya (?:está|funciona|va|lo)|funciona$|errata|voy a|estoy|he (?:arreglado|subido|terminado|encontrado)|da igual|olvídalo|otra vez (?:roto|rojo)|sigue (?:roto|fallando|rojo)`,
  trouble: `rot[oa]s?|falla|fallan|falló|error|se cuelga|bloquead[oa]|falta|vací[oa]|raro|rara|extraño|uf|vaya|ay|:D|:\\(`,
  requests: `(?:por favor |y |ahora )*(?:arregla|añade|agrega|renombra|borra|elimina|abre|muestra|muéstrame|explica|ejecuta|prueba|revisa|mira|busca|escribe|haz|dame|cambia|pon|quita|sigue|continúa|resume|traduce|intenta|espera|para|deja|toma|crea|mueve|corrige|responde|usa|evita|mantén)`,
  general: `siempre|nunca|jamás|cada|todos|todas|en general|por defecto|salvo|excepto|solo|sólo|como máximo|como mínimo|máximo|cuando (?:me|tú|yo)|antes de|en lugar de|en vez de|respuestas`,
  norms: `siempre|nunca|jamás|debe|deben|hay que|tiene que|tienen que|prohibid[oa]s?|obligatori[oa]s?|nada de|ningún|ninguna|sin excepción|solo|sólo|únicamente|exclusivamente|como máximo|como mínimo|máximo|por defecto|por convención|regla|convención|salvo|excepto|en todas partes|cada|tod[oa]s l[oa]s|en lugar de|en vez de|pasan? por`,
  decisions: `decidimos|decidido|decisión|hemos decidido|acordado|acordamos|elegimos|elegido|nos quedamos|vamos con|quedarnos|pasamos a|se queda|definitivo|descartad[oa]|aprobado|será (?:reemplazado|eliminado)`,
  habits: `(?:siempre |no |nunca )?(?:usamos|desplegamos|escribimos|guardamos|hacemos|ponemos|probamos|trabajamos|utilizamos|tenemos|\\p{L}{3,}(?:amos|emos|imos))|nuestr[oa]s?|en este (?:repo|proyecto|repositorio)`,
  preferences: `(?:yo )?(?:prefiero|quiero|odio|detesto|necesito|trabajo|hablo|uso)|(?:no )?me gustan?|mi (?:editor|nombre|zona|equipo|preferencia)|me llamo|soy|respóndeme|responde|respuestas`,
  tasks: `tenemos que|hay que|antes (?:del|de la|de)|fecha límite|entrega|plazo|demo|lanzamiento|a más tardar|caduca|vence|queda pendiente|pendiente|hasta el`,
  states: `es|son|está|están|se llama|corre|corren|usa|usan|escucha|contiene|tiene|tienen|depende|vive|viven|viene|va|van|cuesta|dura|pertenece|gestiona|espera|devuelve|queda`,
  changes: `cambio de planes|cambiado|cambió|al final|ya no|en lugar de|en vez de|reemplaza|reemplazado|se mueve|movido|pasa a|pasó a|pasado a|aplazad[oa]|retrasad[oa]|adelantad[oa]|migramos|dejamos|corrección|en realidad|renombrado|cancelad[oa]|ahora|nuev[oa]|me equivoqué|estaba mal`,
  corrections: `^no[,.;:!]|es falso|está mal|me equivoqué|estaba equivocad[oa]|corrección|en realidad|de hecho|no \\S+ sino|sino|no dije|obsolet[oa]`,
  restated: `como (?:ya )?(?:dije|he dicho)|ya (?:lo )?dije|te dije|recordatorio|repito`,
  confirmations: `^(?:(?:sí|ok|vale|perfecto|bien|genial)[,.!]? )*(?:exacto|exactamente|correcto|eso es|así es|es correcto|de acuerdo,? (?:así|hazlo|en)|hazlo así|así en todas|así siempre|confirmado|recuerda eso|esa es la regla)`,
  everywhere: `en (?:todos|cada|cualquier)(?: los| mis)? (?:lenguajes?|proyectos?|repos?)|en general|siempre (?:responde|en español)|da igual (?:qué|el)|respóndeme`,
  dates: `enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|lunes|martes|miércoles|jueves|viernes|sábados?|domingos?|próxim[oa] (?:semana|mes|año)|trimestre|verano|invierno|otoño|primavera|fin(?:ales)? de|medianoche|mediodía`,
};
