/** Words with a full stop that rarely end a sentence, in lower case and without it (1.1). */
interface Abbreviations {
  /** A sentence goes on after them. */
  always: ReadonlySet<string>;
  /** The same where they have a capital, as before a name: `Ft. Worth`, but `6 ft.` */
  capital: ReadonlySet<string>;
  /** A sentence goes on after them where a number follows, Roman or not. */
  beforeNumber: ReadonlySet<string>;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

const NO_WORDS: ReadonlySet<string> = new Set();
const NONE: Abbreviations = { always: NO_WORDS, capital: NO_WORDS, beforeNumber: NO_WORDS };

const LANGUAGES: Readonly<Record<string, Abbreviations>> = {
  en: {
    always: words('vs e.g i.e cf viz'),
    capital: words(
      'mr mrs ms messrs mme mlle dr ph.d prof rev hon rt st mt ft gen maj.-gen lt.-gen lieut.-gen brig.-gen col lt.-col lieut.-col maj brig capt cpt lt lieut sgt cpl cmdr adm gov sen rep pres supt bros jr sr',
    ),
    beforeNumber: words(
      'no nos p pp vol ch chap fig sec art op approx ca c jan feb mar apr jun jul aug sept sep oct nov dec',
    ),
  },
  de: {
    always: words(
      'z.b d.h u.a u.u bzw vgl ggf evtl sog geb gest inkl exkl chr jh jhs mio mrd tsd hl med phil jur rer nat habil h.c',
    ),
    capital: words('hr hrn fr frl frhr dr prof dipl ing dipl.-ing st gebr fa kap str'),
    beforeNumber: words('nr s bd kap abb art abs ca jan feb apr jun jul aug sept okt nov dez'),
  },
  fr: {
    always: words('cf ex p.ex c.-à-d'),
    capital: words('m mm mme mmes mlle mlles dr pr me st ste mgr'),
    beforeNumber: words('n no p pp vol chap fig art env'),
  },
  es: {
    always: words('sr sra sres srta d dña dr dra prof gral cap sto sta ud uds ej p.ej cf'),
    capital: NO_WORDS,
    beforeNumber: words('n núm p pp pág págs vol cap fig art aprox'),
  },
  it: {
    always: words('sig sigg sig.ra sig.na dott dott.ssa prof avv ing on s es p.es cfr'),
    capital: NO_WORDS,
    beforeNumber: words('n p pp pag pagg vol cap fig art ca'),
  },
  nl: {
    always: words('dhr mw mevr dr prof ir ing mr drs st bijv o.a d.w.z m.a.w cf'),
    capital: NO_WORDS,
    beforeNumber: words('nr p pp blz deel hfst fig art ca'),
  },
  pt: {
    always: words('sr sra srta d dr dra prof profa gen cap sto sta ex p.ex cf'),
    capital: NO_WORDS,
    beforeNumber: words('n núm p pp pág págs vol cap fig art aprox'),
  },
};

/** @param language a BCP 47 tag; one that is not known has only initials */
export function abbreviationsOf(language: string): Abbreviations {
  const [primary = ''] = language.toLowerCase().split('-', 1);
  return Object.hasOwn(LANGUAGES, primary) ? LANGUAGES[primary]! : NONE;
}
