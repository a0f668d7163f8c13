/** Words with a full stop that rarely end a sentence, in lower case and without it (1.1). */
interface Abbreviations {
  /** A sentence goes on after them. */
  always: ReadonlySet<string>;
  /** A sentence goes on after them where a number follows. */
  beforeNumber: ReadonlySet<string>;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

const NONE: Abbreviations = { always: new Set(), beforeNumber: new Set() };

const LANGUAGES: Readonly<Record<string, Abbreviations>> = {
  en: {
    always: words(
      'mr mrs ms messrs mme mlle dr prof rev hon st mt ft gen col maj capt cpt lt sgt cpl cmdr adm gov sen rep pres supt vs e.g i.e cf viz',
    ),
    beforeNumber: words(
      'no nos p pp vol ch chap fig sec art op approx ca c jan feb mar apr jun jul aug sept sep oct nov dec',
    ),
  },
  de: {
    always: words('hr hrn fr frl dr prof dipl ing st z.b d.h u.a u.u bzw vgl ggf evtl sog geb gest inkl exkl'),
    beforeNumber: words('nr s bd kap abb art abs ca jan feb apr jun jul aug sept okt nov dez'),
  },
  fr: {
    always: words('m mm mme mmes mlle mlles dr pr me st ste mgr cf p.ex c.-à-d'),
    beforeNumber: words('n no p pp vol chap fig art env'),
  },
  es: {
    always: words('sr sra sres srta d dña dr dra prof gral cap sto sta ud uds p.ej cf'),
    beforeNumber: words('n núm p pp pág págs vol cap fig art aprox'),
  },
  it: {
    always: words('sig sigg sig.ra sig.na dott dott.ssa prof avv ing on s p.es cfr'),
    beforeNumber: words('n p pp pag pagg vol cap fig art ca'),
  },
  nl: {
    always: words('dhr mw mevr dr prof ir ing mr drs st bijv o.a d.w.z m.a.w cf'),
    beforeNumber: words('nr p pp blz deel hfst fig art ca'),
  },
  pt: {
    always: words('sr sra srta d dr dra prof profa gen cap sto sta p.ex cf'),
    beforeNumber: words('n núm p pp pág págs vol cap fig art aprox'),
  },
};

/** @param language a BCP 47 tag; one that is not known has only initials */
export function abbreviationsOf(language: string): Abbreviations {
  const [primary = ''] = language.toLowerCase().split('-', 1);
  return Object.hasOwn(LANGUAGES, primary) ? LANGUAGES[primary]! : NONE;
}
