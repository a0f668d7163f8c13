/** What a voice says of itself, by language (BCP 47, the primary subtag); a voice that speaks none of them tries it in English. */
const SENTENCES: Readonly<Record<string, string>> = {
  en: 'This is my voice. Once upon a time, on a quiet evening, somebody opened a book and began to read.',
  de: 'Das ist meine Stimme. Es war einmal, an einem stillen Abend, da schlug jemand ein Buch auf und begann zu lesen.',
  fr: "Voici ma voix. Il était une fois, par une soirée tranquille, quelqu'un qui ouvrit un livre et se mit à lire.",
  es: 'Esta es mi voz. Érase una vez, en una noche tranquila, alguien que abrió un libro y empezó a leer.',
  it: "Questa è la mia voce. C'era una volta, in una sera tranquilla, qualcuno che aprì un libro e cominciò a leggere.",
  pt: 'Esta é a minha voz. Era uma vez, numa noite tranquila, alguém que abriu um livro e começou a ler.',
  nl: 'Dit is mijn stem. Er was eens, op een stille avond, iemand die een boek opensloeg en begon te lezen.',
  sv: 'Det här är min röst. Det var en gång, en stilla kväll, någon som öppnade en bok och började läsa.',
  pl: 'To jest mój głos. Dawno temu, w cichy wieczór, ktoś otworzył książkę i zaczął czytać.',
  ru: 'Это мой голос. Однажды тихим вечером кто-то открыл книгу и начал читать.',
  zh: '这是我的声音。从前，在一个安静的夜晚，有人翻开一本书，开始朗读。',
  ja: 'これが私の声です。むかしむかし、ある静かな夜に、誰かが本を開いて読みはじめました。',
};

/** @param language of the voice */
export function previewSentence(language: string): string {
  return SENTENCES[language.split('-')[0]!.toLowerCase()] ?? SENTENCES['en']!;
}
