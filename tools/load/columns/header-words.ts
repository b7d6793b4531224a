import type { Field } from './fields.ts';

/** Header words of one field, most telling first. Compared as `plain` writes them: lower case, no accents, single spaces. */
export interface FieldWords {
  /** [score, headers...]: the whole header is one of these. */
  exact: readonly (readonly [number, string])[];
  /** Looser patterns over the whole header. */
  loose?: readonly (readonly [number, RegExp])[];
  /** Headers that never are this field. */
  never?: RegExp;
}

const list = (score: number, words: string): readonly (readonly [number, string])[] =>
  words.split('|').map((word) => [score, word] as const);

/**
 * English, German, French, Spanish, Italian, Dutch, Portuguese, SAP's technical names, and the exports of QuickBooks, Xero,
 * NetSuite, Oracle, Dynamics, Odoo, Zoho, Stripe and Sage.
 */
export const headerWords: Readonly<Record<Field, FieldWords>> = {
  customer: {
    exact: [
      ...list(
        96,
        'customer id|customer number|customer no|customer nr|customer num|customer code|customer #|customer key|customer account|customer account no|customer account number|customerid|customernumber|customerno|custid|cust id|cust no|cust number|cust nbr|cust code|cust num|kunnr|kundennummer|kundennr|kunden nr|kunden nummer|kunden id|kunde nr|debitor nr|debitor|debitorennummer|debitorennr|debitoren nr|debitornummer|debtor id|debtor number|debtor no|debtor code|client id|client number|client no|client code|clientid|code client|no client|n client|numero client|numero de client|num client|id client|compte client|compte auxiliaire|compte aux num|codigo cliente|codigo de cliente|codigo do cliente|numero cliente|numero de cliente|num cliente|id cliente|cod cliente|codice cliente|klantnummer|klantnr|klant nr|klantcode|debiteur|debiteurnummer|debiteurnr|cardcode|card code|accountnum|bp code|business partner|sold to|sold to party|bill to customer|bill to customer number|payer|partner id|deudor|numero de deudor',
      ),
      ...list(84, 'customer|client|kunde|kunden|debtor|cliente|klant|customers|clients|buyer|partner|sold to customer'),
      ...list(
        66,
        'account number|account no|account id|acct no|account|a c|a c no|konto|kontonummer|compte|cuenta|conto|contact id|entity|payer id',
      ),
    ],
    loose: [
      [70, /^(?:.* )?(?:customer|cust|client|debtor|debitoren?|kunden?)(?: .*)? (?:id|no|nr|num|number|code|#)$/],
    ],
    never:
      /\b(group|gruppe|groupe|type|class|segment|category|country|city|e ?mail|phone|po|order|since|rating|limit|name|currency|terms|gl|bank|manager)\b/,
  },
  customer_name: {
    exact: [
      ...list(
        92,
        'customer name|name customer|customer full name|client name|cust name|debtor name|account name|contact name|kundenname|name des kunden|kunden name|debitorname|debitorenname|nom client|nom du client|nom|raison sociale|libelle client|comp aux lib|nombre cliente|nombre del cliente|nombre de cliente|razon social|cliente nombre|ragione sociale|nome cliente|denominazione|klantnaam|naam|nome|nome do cliente|name1|name 1|cardname|card name|bill to name|sold to name|bill to customer name|invoice partner display name|invoice partner display name|company name',
      ),
      ...list(60, 'name|contact|company|firma|societe|empresa|azienda|organisation|organization'),
    ],
    never: /\b(file|user|product|item|sales|manager|bank)\b/,
  },
  number: {
    exact: [
      ...list(
        96,
        'invoice number|invoice no|invoice nr|invoice num|invoice #|invoicenumber|invoiceno|invoice nbr|inv number|inv no|inv #|inv num|inv nbr|rechnungsnummer|rechnungsnr|rechnungs nr|rechnungs nummer|rechnung nr|rechnungsno|re nr|numero de facture|numero facture|no facture|no de facture|n facture|num facture|facture no|facture n|n de facture|numero de factura|numero factura|no factura|n factura|num factura|factura no|nro factura|numero fattura|numero della fattura|n fattura|nr fattura|num fattura|factuurnummer|factuurnr|factuur nr|numero da fatura|numero fatura|num fatura|n fatura|bill number|bill no|vbeln',
      ),
      ...list(
        90,
        'invoice id|invoiceid|inv id|belnr|document number|document no|document nr|document num|document #|doc number|doc no|doc nr|doc num|docnum|doc #|documentnumber|documentno|belegnummer|belegnr|beleg nr|belegfeld 1|transaction number|trx number|trx no|transaction no|transaction num|transaction #|trans no|txn number|txn no|bill id|numero de piece|no piece|n piece|piece ref|piece|numero documento|numero de documento|num documento|n documento|documento|numero do documento|documentnummer|boekstuknummer|stuknummer',
      ),
      ...list(
        78,
        'invoice|rechnung|facture|factura|fattura|factuur|fatura|invoice ref|invoice reference|inv ref|invoice allocated|doc id|document id|transaction id|trx id|txn id|voucher|voucher no|voucher number|bill|document|doc|beleg',
      ),
      ...list(
        62,
        'num|number|no|nr|nummer|numero|n|xblnr|invoice code|reference number|reference no|ref no|ref nr|ref',
      ),
      ...list(44, 'reference|referenz|referencia|riferimento|referentie|referencia|zuordnung|zuonr|#|id'),
    ],
    loose: [
      [
        64,
        /\b(?:invoice|inv|rechnung|rechnungs|facture|factura|fattura)\b.*\b(?:id|no|nr|num|number|ref|nummer|numero|#)$/,
      ],
    ],
    never:
      /\b(date|datum|fecha|amount|total|status|type|customer|client|cust|currency|order|po|delivery|clearing|receipt|payment|count|line|phone|account)\b/,
  },
  id: { exact: [] },
  kind: {
    exact: [
      ...list(
        92,
        'document type|doc type|transaction type|trx type|txn type|trans type|invoice type|documenttype|blart|belegart|vorgangsart|type de piece|type de document|type piece|type document|tipo documento|tipo de documento|tipo doc|tipo de transaccion|documentsoort|move type|record type|entry type|transaction class|invoice class|trx class',
      ),
      ...list(70, 'type|kind|class|typ|art|tipo|soort|nature|category'),
    ],
    never: /\b(customer|payment|revenue|account|order|tax)\b/,
  },
  side: {
    exact: list(
      90,
      'shkzg|debit credit|debit credit ind|debit credit indicator|debit credit flag|dc|d c|dc ind|d c ind|dc indicator|d c indicator|d c flag|dr cr|cr dr|s h|sh|soll haben|soll habenkennzeichen|soll haben kennzeichen|soll haben kz|soll habenkz|sens|sens d c|debe haber|d h|dare avere|bschl|posting key|buchungsschlussel|cle de comptabilisation',
    ),
  },
  date: {
    exact: [
      ...list(
        96,
        'invoice date|invoicedate|inv date|date of invoice|date invoice|invoice dt|rechnungsdatum|datum der rechnung|rechnungs datum|date de facture|date facture|date de la facture|date de facturation|date facturation|fecha factura|fecha de factura|fecha de la factura|fecha facturacion|fecha emision|fecha de emision|data fattura|data della fattura|data emissione|factuurdatum|data da fatura|data fatura|data de emissao|data emissao|bill date|billing date|fkdat|invoice issue date',
      ),
      ...list(
        88,
        'document date|doc date|documentdate|belegdatum|bldat|issue date|date issued|issued date|issued|issued on|date emission|date d emission|transaction date|trx date|txn date|trans date|transdate|txn dt|date de piece|piece date|date piece|fecha documento|fecha de documento|data documento|documentdatum|boekdatum|ausstellungsdatum|invoice ts|invoice timestamp|invoice created|invoice created date|invoice creation date|inv creation date',
      ),
      ...list(80, 'posting date|postingdate|document create date 1|date utc'),
      ...list(
        76,
        'document create date|budat|buchungsdatum|date comptable|date de comptabilisation|fecha contable|data registrazione|ecriture date|date ecriture|cpudt|gl date',
      ),
      ...list(70, 'date|datum|fecha|data|dt'),
      ...list(50, 'created|created at|created date|creation date|create date|entry date|erfasst am|ts|timestamp'),
    ],
    loose: [[72, /^(?:invoice|inv|bill|billing|document|rechnung)\b.*\b(?:date|datum|ts|timestamp|day)\b/]],
    never:
      /\b(due|paid|pay|payment|settle|settled|clear|cleared|clearing|closed?|ship|shipped|order|delivery|paperless|boarding|snapshot|as of|update|updated|modified|dispute|baseline|start|end|month|year|quarter|week|period|receipt|planned|expected)\b/,
  },
  due_date: {
    exact: [
      ...list(
        96,
        'due date|duedate|due in date|net due date|net due dt|due dt|due on|date due|payment due|payment due date|pay by|pay by date|invoice due date|invoice date due|inv due date|due date utc|due date receive by|maturity date|maturity|falligkeitsdatum|faelligkeitsdatum|fallig am|faellig am|fallig|faellig|falligkeit|faelligkeit|nettofalligkeit|nettofaelligkeit|netto falligkeit|netto faelligkeit|nettofalligkeitsdatum|zahlbar bis|zahlungsfrist|zahlungsziel|date d echeance|date echeance|echeance|date de echeance|date limite de paiement|fecha vencimiento|fecha de vencimiento|vencimiento|fecha vto|f vencimiento|data scadenza|data di scadenza|scadenza|vervaldatum|vervaldag|vervalt op|data de vencimento|data vencimento|vencimento|netdt|faedt|zfaedt|date echeance facture',
      ),
      ...list(70, 'due|expiry date|terms due date'),
    ],
    loose: [[74, /\bdue\b.*\bdate\b|\bdate\b.*\bdue\b|falligkeit|echeance|vencimiento|scadenza/]],
    never: /\b(amount|balance|days|past|overdue)\b/,
  },
  baseline_date: {
    exact: list(
      80,
      'zfbdt|baseline date|baseline create date|baseline|baseline payment date|basisdatum|basisdatum fur falligkeit|fecha base|date de base',
    ),
  },
  terms: {
    exact: [
      ...list(
        92,
        'zbd1t|payment terms days|terms days|net days|credit days|zahlungsziel tage|nettotage|tage netto|days net|delai de paiement jours|payment days|zahlungsziel in tagen',
      ),
      ...list(
        80,
        'terms|payment terms|payment term|credit terms|cust payment terms|customer payment terms|terms of payment|zterm|zahlungsbedingung|zahlungsbedingungen|zahlungskondition|zahlungskonditionen|zahlungsziel|conditions de paiement|condition de paiement|conditions de reglement|delai de paiement|condiciones de pago|condicion de pago|forma de pago|condizioni di pagamento|betalingsconditie|betalingstermijn|condicoes de pagamento',
      ),
    ],
  },
  amount: {
    exact: [
      ...list(
        96,
        'invoice amount|invoiceamount|invoice amt|inv amount|inv amt|total invoice amount|invoice total|invoicetotal|total invoice|invoice value|amount invoiced|original amount|amount original|amount due original|original invoice amount|gross amount|gross invoice amount|gross total|total gross|amount incl tax|total incl tax|total incl vat|amount in doc curr|amount in doc currency|amount in document currency|amount in transaction currency|amount foreign currency|amount in foreign currency|amount in fc|amountcur|amount cur|wrbtr|rechnungsbetrag|rechnungssumme|rechnungsbetrag brutto|bruttobetrag|betrag brutto|gesamtbetrag|endbetrag|betrag in belegwahrung|betrag belegwahrung|belegbetrag|montant ttc|total ttc|montant facture|montant de la facture|montant total|montant total ttc|montant en devise|importe total|importe factura|importe de la factura|total factura|importe original|importe bruto|importo totale|importo fattura|totale fattura|importo originale|totaalbedrag|factuurbedrag|bedrag incl btw|totaal incl btw|valor da fatura|valor total|valor fatura|document amount|doc amount|transaction amount|trx amount|amount total|total amount|grand total|bill amount|billed amount|document total|doc total|doctotal',
      ),
      ...list(
        86,
        'amount|total|betrag|montant|importe|importo|bedrag|valor|amt|brutto|gross|ttc|summe|gesamt|totale|totaal|montante|local amount|amount local|monto|balance original|invoiced|charge|charges|total signed|total in currency',
      ),
      ...list(
        72,
        'dmbtr|amount in local currency|amount in local curr|amount lc|amount in lc|betrag in hauswahrung|betrag hauswahrung|montant en devise interne|usd amount|eur amount|amount usd|amount eur|value|sales amount|total value',
      ),
      ...list(
        48,
        'net amount|nettobetrag|netto|net|montant ht|total ht|ht|net value|netwr|importe neto|imponibile|base imponible|subtotal|sub total|untaxed amount|umsatz|sales|revenue|turnover',
      ),
    ],
    loose: [[62, /\b(?:amount|amt|betrag|montant|importe|importo|bedrag|total)\b/]],
    never:
      /\b(tax|vat|gst|mwst|ust|tva|iva|btw|discount|rabatt|skonto|remise|paid|paye|pagado|bezahlt|open|offen|offener|due|balance|remaining|outstanding|residual|unit|line|limit|payments?|received|applied|cost|rate|quantity|disputed?|days?|count|date|lines|write ?off|adjustment|credit|debit)\b(?! original)/,
  },
  debit: {
    exact: list(
      84,
      'debit|debit amount|soll|sollbetrag|betrag soll|soll betrag|debe|dare|debet|debit eur|debito|montant debit|amount debit',
    ),
  },
  credit: {
    exact: list(
      84,
      'credit|credit amount|haben|habenbetrag|betrag haben|haben betrag|haber|avere|credito|montant credit|amount credit',
    ),
  },
  open: {
    exact: [
      ...list(
        96,
        'open amount|total open amount|amount open|open amt|open balance|open value|balance due|amount due|invoice amount due|amount remaining|remaining amount|remaining balance|amount due remaining|outstanding amount|amount outstanding|outstanding balance|outstanding amt|balance outstanding|balance owing|balance remaining|unpaid amount|unpaid balance|unpaid|amount owed|amount residual|residual amount|residual|invoice balance|offener betrag|offener saldo|offene summe|offener rest|restbetrag|offener posten|offen betrag|betrag offen|noch offen|restschuld|restant du|reste a payer|reste du|montant restant|montant restant du|montant du|montant ouvert|solde du|solde restant|solde restant du|saldo pendiente|importe pendiente|pendiente de cobro|pendiente de pago|saldo abierto|importe abierto|saldo aperto|importo aperto|importo residuo|residuo|da incassare|openstaand bedrag|openstaand saldo|nog te betalen|saldo em aberto|valor em aberto|valor pendente|o s amount|os amount|o s balance|o s|remaining open amount',
      ),
      ...list(
        72,
        'balance|outstanding|remaining|remainder|solde|saldo|open|offen|openstaand|pendiente|pendente|encours|offene posten',
      ),
    ],
    loose: [
      [
        66,
        /\b(?:open|outstanding|remaining|unpaid|residual|owed)\b.*\b(?:amount|amt|balance|value|total)\b|\b(?:amount|amt|balance)\b.*\b(?:open|outstanding|remaining|unpaid|owed|due)\b/,
      ],
    ],
    never: /\b(date|days|original|running|opening|beginning|status|flag|is|limit)\b/,
  },
  paid: {
    exact: [
      ...list(
        96,
        'amount paid|paid amount|paid amt|invoice amount paid|payment amount|payment amt|paymentamount|amount received|received amount|total paid|total payments|payments received|payment received|amount applied|applied amount|receipt amount|collected amount|amount collected|cash received|settle amount cur|settled amount|amount settled|cleared amount|paid to date|paid total|bezahlter betrag|gezahlter betrag|betrag bezahlt|bezahlt betrag|zahlbetrag|zahlungsbetrag|gezahlt|bereits bezahlt|summe zahlungen|montant paye|montant regle|montant encaisse|montant du paiement|montant du reglement|montant reglement|deja paye|total paye|importe pagado|importe cobrado|monto pagado|total pagado|importo pagato|importo incassato|totale pagato|betaald bedrag|bedrag betaald|reeds betaald|valor pago|valor recebido',
      ),
      ...list(
        72,
        'paid|payment|payments|received|bezahlt|zahlung|zahlungen|paye|regle|encaisse|reglement|pagado|cobrado|pagato|incassato|betaald|pago',
      ),
    ],
    never: /\b(date|days|status|terms?|method|type|no|number|id|due|flag|is)\b/,
  },
  paid_date: {
    exact: [
      ...list(
        96,
        'clear date|clearing date|cleared date|cleared on|date cleared|clearing dt|augdt|ausgleichsdatum|ausgeglichen am|ausgleich am|settled date|settlement date|date settled|settled on|settleddate|paid date|date paid|paiddate|paid on|paid at|paid at utc|payment date|paymentdate|date of payment|pay date|payment dt|payment received date|date received|received date|receipt date|receive date|last payment date|last payment|last settle date|closed date|date closed|closed at date|closed on|close date|actual date closed|collection date|collected date|date collected|cash date|zahlungsdatum|zahldatum|datum der zahlung|bezahlt am|gezahlt am|zahlungseingang|zahlungseingang am|eingangsdatum|datum zahlung|date de paiement|date paiement|date du paiement|date reglement|date de reglement|date du reglement|paye le|payee le|regle le|reglee le|date encaissement|date d encaissement|date let|date lettrage|date de lettrage|fecha pago|fecha de pago|fecha cobro|fecha de cobro|fecha compensacion|data pagamento|data di pagamento|data incasso|data saldo|betaaldatum|betaald op|datum betaling|data de pagamento|data do pagamento|data recebimento|invoice paid date',
      ),
      ...list(66, 'paid|settled|cleared|closed|clearing|ausgleich'),
    ],
    loose: [
      [72, /^(?:.* )?(?:paid|payment|settled|settlement|cleared|clearing|closed|receipt)\b.*\b(?:date|dt|ts|datum)$/],
    ],
    never: /\b(due|promise|promised|expected|predicted|planned|days|terms|amount|document|doc|belege?)\b/,
  },
  status: {
    exact: [
      ...list(
        92,
        'status|invoice status|payment status|paid status|invoice state|payment state|status code|is open|isopen|open flag|is paid|ispaid|paid flag|paid y n|is closed|is settled|is cleared|collection status|zahlungsstatus|rechnungsstatus|status zahlung|bezahlstatus|posten status|statut|statut facture|statut de paiement|statut paiement|etat|etat facture|estado|estado factura|estado de pago|estado pago|stato|stato fattura|stato pagamento|betaalstatus|factuurstatus|situacao|status pagamento',
      ),
      ...list(
        68,
        'state|open|paid|closed|cleared|settled|offen|bezahlt|paye|payee|regle|reglee|soldee|pagado|pagada|cobrada|pagato|pagata|saldata|betaald|paga|outstanding|unpaid|open item|flag',
      ),
    ],
    never: /\b(dispute|disputed|order|delivery|customer|e ?mail|approval|shipping|date|amount)\b/,
  },
  currency: {
    exact: [
      ...list(
        92,
        'currency|currency code|currencycode|curr|cur|ccy|crcy|currency key|invoice currency|invoice currency code|document currency|doc currency|doc curr|transaction currency|trx currency|waers|wahrung|waehrung|wahrungsschlussel|wahrungscode|belegwahrung|rechnungswahrung|wkz|wkz umsatz|devise|code devise|monnaie|moneda|divisa|moneda documento|valuta|munteenheid|munt|moeda|currency id|currency iso|iso currency|invoice curr|doccur|idevise|currency iso code',
      ),
      ...list(
        50,
        'hwaer|local currency|local curr|hauswahrung|company currency|base currency|reporting currency|functional currency',
      ),
    ],
    never: /\b(rate|amount|exchange)\b/,
  },
  country: {
    exact: [
      ...list(
        90,
        'country|country code|countrycode|customer country|land|land1|landercode|landerschlussel|lander kz|pays|code pays|pais|paese|nazione|country key|ship to country|bill to country|country region',
      ),
      ...list(50, 'region|market'),
    ],
  },
  limit: {
    exact: [
      ...list(
        92,
        'credit limit|creditlimit|customer credit limit|credit line|kreditlimit|kreditlinie|klimk|limite de credit|limite credit|plafond|plafond de credit|plafond credit|encours autorise|encours maximum|limite de credito|limite credito|fido|fido concesso|limite di credito|kredietlimiet|limite de credito autorizado',
      ),
      ...list(60, 'limit|limite'),
    ],
  },
  reference: {
    exact: list(
      90,
      'applied to|applies to|applied to invoice|apply to|applied invoice|applied to doc|original invoice|original invoice number|related invoice|rebzg|rechnungsbezug|bezug|zu rechnung|invoice applied|facture liee|facture reglee|factura relacionada|factura aplicada|fattura collegata|invoice paid|paid invoice|paid invoice no|paid invoice number|against invoice',
    ),
  },
};

/** Columns of the lines of a document. Rows that differ only in these are lines of one document. */
export const lineColumn =
  /^(?:quantity|qty|unit price|unit amount|unit cost|price|line amount|line total|line|line no|line number|item|item code|item name|item no|item description|item desc|sku|stock code|product|product code|product name|inventory item code|description|memo|memo description|discount|line description|menge|einzelpreis|artikel|artikelnummer|artikelbezeichnung|bezeichnung|position|pos|positionsbetrag|quantite|qte|prix unitaire|designation|article|libelle|montant ligne|cantidad|precio unitario|descripcion|articulo|quantita|prezzo|prezzo unitario|descrizione|aantal|prijs|omschrijving|account code|tax type|tax amount|tax rate|tracking .*|line tax|line item.*)$/;
/** Of these, at least one must be there before rows are taken for lines: a description alone proves nothing. */
export const lineMeasure =
  /^(?:quantity|qty|unit price|unit amount|line amount|line total|menge|einzelpreis|positionsbetrag|quantite|qte|prix unitaire|montant ligne|cantidad|precio unitario|quantita|prezzo unitario|aantal)$/;
/** A column that counts rows proves nothing about documents. */
export const rowCounter =
  /^(?:|unnamed( \d+)?|index|idx|row|row no|row number|row num|row id|rownum|line|line no|line number|lfd nr|lfd nummer|pos|position|#|sr no|s no|sl no|serial no|seq|sequence|column \d+)$/;
/** Headers of event logs: what happened when, not who owes what. */
export const eventLogColumn =
  /^(?:activity|event|event name|concept name|case|case id|case concept name|lifecycle transition|aktivitat|activite)$/;
