/** Name of the setting that holds a service's database: `CREDIT_SCORING_DATABASE_URL` for `credit-scoring`. */
export const databaseUrlName = (service: string): string =>
  `${service.replaceAll('-', '_').toUpperCase()}_DATABASE_URL`;
