import type { Cues } from "./cues.ts";

export const portuguese: Cues = {
  stopWords: `
    o|a|os|as|um|uma|uns|umas|de|do|da|dos|das|e|ou|mas|em|no|na|nos|nas|com|por|para|pra|sem|é|são|era|ser|está|estão|eu|me|meu|minha|você|tu|te|que|quem|quando|como|onde|não|sim|muito|mais|também|já|este|esta|isto|esse|essa|isso|há|tem|nosso|nossa|se|seu|sua|ao|à|gente|neste|nesta|obrigado`,
  openings: `olá|oi|bom dia|boa tarde|ok|tá|sim|não(?=[,.;:!])|bom|então|ah|aliás|a propósito|obrigad[oa]|e|mas|perfeito(?=[,.!])|desculpa`,
  explicit: `^(?:lembre-se|lembra|lembre|não (?:se )?esqueça|anote|anota|guarde|tenha em mente|memorize)|a partir de agora|de agora em diante|a partir de hoje|nova regra|^nota:|regra:`,
  asks: `o que|qual|quais|quem|onde|quando|por que|por quê|como|quanto|você pode|pode|poderia|tem (?:como|algum)|é possível|devo|sabe`,
  hedges: `talvez|provavelmente|possivelmente|poderia|poderíamos|seria|um dia|algum dia|não sei|não tenho certeza|acho que|acredito|parece que|suponha|imagina|quem sabe|e se|vamos ver`,
  sarcasm: `que maravilha|que surpresa|que ótimo,? (?:mais|outr)|ótimo,? (?:mais|outr)|claro,? por que não|o que poderia dar errado|adoro quando|meu passatempo|kkk+|haha+|lol|🙄|😂|😅`,
  others: `^(?:\\S+ ){0,4}(?:gosta|prefere|adora|odeia|acha que|pensa que|diz que)|segundo|(?:meu|um) (?:amigo|colega|irmão|chefe)|no meu antigo|não é (?:a )?minha praia|o artigo (?:diz|recomenda)`,
  passing: `hoje|ontem|agora mesmo|esta (?:manhã|tarde|noite)|por enquanto|no momento|café|almoço|férias|fim de semana|boa noite|até (?:amanhã|logo)|cansad[oa]|consertado$|já (?:está|foi|funciona)|funcionou|funciona$|erro de digitação|vou|estou|deixa pra lá|tanto faz|de novo$|ainda (?:quebrado|falha)`,
  trouble: `quebrad[oa]s?|falha|falhou|erro|travad[oa]|travou|falta|vazi[oa]|estranho|nossa|ufa|:D|:\\(`,
  requests: `(?:por favor |e |agora )*(?:corrige|corrija|adiciona|adicione|renomeia|renomeie|apaga|apague|abre|abra|mostra|mostre|explica|explique|roda|rode|testa|teste|verifica|verifique|olha|procura|escreve|escreva|faz|faça|muda|mude|coloca|tira|continua|continue|resume|resuma|tenta|espera|cria|crie|responda|responde|use|usa|evite)`,
  general: `sempre|nunca|jamais|cada|todos|todas|em geral|por padrão|exceto|salvo|só|somente|no máximo|no mínimo|máximo|quando|antes de|em vez de|respostas`,
  norms: `sempre|nunca|jamais|deve|devem|tem que|têm que|é preciso|proibid[oa]s?|obrigatóri[oa]s?|nada de|nenhum|nenhuma|sem exceção|só|somente|apenas|exclusivamente|no máximo|no mínimo|máximo|por padrão|regra|convenção|exceto|salvo|em todo lugar|cada|tod[oa]s [oa]s|em vez de|passam? por`,
  decisions: `decidimos|decidido|decisão|combinamos|combinado|escolhemos|escolhido|ficamos com|vamos de|vamos com|definitivo|descartad[oa]|aprovado|será (?:substituído|removido)`,
  habits: `(?:sempre |não |nunca )?(?:usamos|a gente \\p{L}+|escrevemos|guardamos|fazemos|colocamos|testamos|trabalhamos|\\p{L}{3,}(?:amos|emos|imos))|noss[oa]s?|neste (?:repo|projeto|repositório)`,
  preferences: `(?:eu )?(?:prefiro|quero|odeio|detesto|preciso|trabalho|falo|uso|gosto|não gosto)|meu (?:editor|nome|fuso|time)|me chamo|sou|respostas|responda`,
  tasks: `temos que|precisamos|antes (?:do|da|de)|prazo|entrega|demo|lançamento|no máximo até|vence|expira|pendente|até (?:o )?dia|até`,
  states: `é|são|está|estão|fica|ficam|se chama|roda|rodam|usa|usam|escuta|contém|tem|têm|depende|vive|vem|vai|vão|custa|dura|pertence|espera|retorna`,
  changes: `mudança de planos|mudou|mudamos|no fim|não \\S+ mais|em vez de|substitui|substituído|movid[oa]|passa para|passou para|adiad[oa]|atrasad[oa]|antecipad[oa]|migramos|correção|na verdade|renomeado|cancelad[oa]|agora|nov[oa]|me enganei|estava errad[oa]`,
  corrections: `^não[,.;:!]|é falso|está errado|me enganei|eu estava errad[oa]|correção|na verdade|não \\S+,? (?:mas|e) sim|não disse|obsolet[oa]`,
  restated: `como (?:já )?(?:eu )?disse|já (?:te )?disse|lembrete|repito`,
  confirmations: `^(?:(?:sim|ok|tá|perfeito|bom|ótimo)[,.!]? )*(?:exato|exatamente|correto|isso mesmo|é isso|está certo|concordo|faça assim|assim em tudo|sempre assim|confirmado|lembre disso)`,
  everywhere: `em (?:todos|todas|cada|qualquer)(?: os| as| meus)? (?:linguagens?|projetos?|repos?)|em geral|sempre responda|responda-me`,
  dates: `janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|segunda(?:-feira)?|terça(?:-feira)?|quarta(?:-feira)?|quinta(?:-feira)?|sextas?(?:-feira)?|sábados?|domingos?|próxim[oa] (?:semana|mês|ano)|trimestre|verão|inverno|outono|primavera|fim d[eo]|meia-noite|meio-dia`,
};
