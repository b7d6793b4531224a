/** The superuser of our own Postgres. A file of its own: reading it must not need anything installed. */
export const adminName = 'cashloop_admin';
