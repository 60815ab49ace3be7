/** What chat answers to before anything is configured. */
export const VERB_TRIGGERS = [
  '/ack',
  '/approve',
  '/deny',
  '/done',
  '/freeze',
  '/help',
  '/incident',
  '/retry',
  '/status',
  '/thaw',
] as const;
