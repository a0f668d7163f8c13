/** What `--help` says. */
import { OUTPUT_RATES, RENDER_FORMATS } from '#lib/renders/render.ts';

export const COMMANDS = ['lint', 'render', 'voices'] as const;
export type CommandName = (typeof COMMANDS)[number];

const CALL = 'npm run talk2me --';

const WHERE = `Where it is done
  --data FOLDER          the data folder, with the library, speech and recordings
                         (DATA_DIR; no server may have it meanwhile)
  --server URL           by a running server instead, with its library and voices
  --token TOKEN          of that server (ADMIN_TOKEN, which no list of processes shows)`;

const SCRIPT = `The script
  SCRIPT                 a text file, UTF-8; - reads the standard input
  --sounds FOLDER        with effects/ID.* and background/ID.*; the library of the
                         data folder where this is not given
  --cast NAME=VOICE,…    names in the script and their voices; may be repeated
  --default-voice VOICE  of text before any voice tag
  --limiter DBFS         that no sample exceeds, −12 to 0 (−1)
  --settings FILE        gaps and defaults of sounds: JSON, as settings of a book`;

const JSON_AND_HELP = `  --json                 the answer as JSON; npm is silent with npm run -s
  --help`;

const GENERAL = `Usage: ${CALL} COMMAND …

  lint SCRIPT            says what is wrong with a script
  render SCRIPT --out FILE
                         makes audio of it
  voices                 lists who can speak

${CALL} COMMAND --help tells more. Exit codes: 0 fine; 1 the script has errors,
or something else stood in the way; 2 wrong usage; 130 cancelled by Ctrl C.
`;

const TEXTS: Readonly<Record<CommandName, string>> = {
  lint: `Usage: ${CALL} lint SCRIPT [options]

Says what is wrong with a script, each thing at its line and column, and what
the script comes to. Speaks nothing. Ends with 1 where there is an error.

${SCRIPT}

${WHERE}

The answer
${JSON_AND_HELP}
`,
  render: `Usage: ${CALL} render SCRIPT --out FILE [options]

Makes audio of a script. What was spoken once is not spoken again. The file is
there when all of it is, and not before.

${SCRIPT}

The file
  --out FILE             ${RENDER_FORMATS.join(' or ')} by its ending; several chapters become files
                         beside it, named after it, their number and title
  --format FORMAT        ${RENDER_FORMATS.join(', ')}: where the ending does not tell
  --sample-rate HZ       ${OUTPUT_RATES.join(', ')} (44100)
  --channels 1|2         (2)
  --bit-depth 16|24|32   32 is float, for WAV only (16)
  --dither               noise that hides rounding
  --chapters 1,3         a file for each of these
  --range START-END      seconds of the book, such as 12.5-40

${WHERE}
  --keep                 leaves book and render on the server

The answer
${JSON_AND_HELP}
`,
  voices: `Usage: ${CALL} voices [options]

Lists the voices that there are.

${WHERE}

The answer
${JSON_AND_HELP}
`,
};

/** @param command all of them where undefined */
export function helpText(command?: CommandName): string {
  return command === undefined ? GENERAL : TEXTS[command];
}

export function isCommand(name: string | undefined): name is CommandName {
  return (COMMANDS as readonly (string | undefined)[]).includes(name);
}
