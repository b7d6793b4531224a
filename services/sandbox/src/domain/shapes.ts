/**
 * Intuit's v3 types as far as receivables need them: names in Intuit's order, which XML wants and which decides whether
 * a property is known. `Name:Type` is a nested type; Ref is a reference {value, name}, Memo a text, Any anything.
 * The test compares every line with Intuit's schema files.
 */
const text = `
  IntuitEntity =
    Id SyncToken MetaData:ModificationMetaData CustomField:CustomField AttachableRef:AttachableRef
  ModificationMetaData =
    CreatedByRef:Ref CreateTime LastModifiedByRef:Ref LastUpdatedTime LastChangedInQB Synchronized
  CustomField =
    DefinitionId Name Type StringValue BooleanValue DateValue NumberValue
  AttachableRef =
    EntityRef:Ref LineInfo IncludeOnSend CustomField:CustomField AttachableRefEx:Any
  NameBase < IntuitEntity =
    IntuitId Organization Title GivenName MiddleName FamilyName Suffix FullyQualifiedName CompanyName DisplayName
    PrintOnCheckName UserId Active V4IDPseudonym PrimaryPhone:TelephoneNumber AlternatePhone:TelephoneNumber
    Mobile:TelephoneNumber Fax:TelephoneNumber PrimaryEmailAddr:EmailAddress WebAddr:WebSiteAddress
    OtherContactInfo:ContactInfo DefaultTaxCodeRef:Ref
  TelephoneNumber =
    Id DeviceType CountryCode AreaCode ExchangeCode Extension FreeFormNumber Default Tag
  EmailAddress =
    Id Address Default Tag
  WebSiteAddress =
    Id URI Default Tag
  ContactInfo =
    Type Telephone:TelephoneNumber Email:EmailAddress WebSite:WebSiteAddress OtherContact:GenericContactType
  GenericContactType =
    Id Name Value Type Default Tag
  Customer < NameBase =
    Taxable BillAddr:PhysicalAddress ShipAddr:PhysicalAddress OtherAddr:PhysicalAddress ContactName AltContactName
    Notes Job BillWithParent RootCustomerRef:Ref ParentRef:Ref Level CustomerTypeRef:Ref SalesTermRef:Ref
    SalesRepRef:Ref TaxGroupCodeRef:Ref TaxRateRef:Ref PaymentMethodRef:Ref CCDetail:CreditChargeInfo
    PriceLevelRef:Ref Balance OpenBalanceDate BalanceWithJobs CreditLimit AcctNum CurrencyRef:Ref OverDueBalance
    TotalRevenue TotalExpense PreferredDeliveryMethod ResaleNum JobInfo:JobInfo TDSEnabled CustomerEx:Any
    SecondaryTaxIdentifier ARAccountRef:Ref PrimaryTaxIdentifier TaxExemptionReasonId IsProject BusinessNumber GSTIN
    GSTRegistrationType IsCISContractor ClientCompanyId ClientEntityId Source TaxRegime
  PhysicalAddress =
    Id Line1 Line2 Line3 Line4 Line5 City Country CountryCode County CountrySubDivisionCode PostalCode
    PostalCodeSuffix Lat Long Tag Note
  CreditChargeInfo =
    Number Type NameOnAcct CcExpiryMonth CcExpiryYear BillAddrStreet PostalCode CommercialCardCode CCTxnMode
    CCTxnType PrevCCTransId Amount ProcessPayment CreditCardChargeInfoEx:Any
  JobInfo =
    Status StartDate ProjectedEndDate EndDate Description JobTypeRef:Ref
  Transaction < IntuitEntity =
    DocNumber TxnDate DepartmentRef:Ref CurrencyRef:Ref ExchangeRate PrivateNote TxnStatus LinkedTxn:LinkedTxn
    Line:Line TxnTaxDetail:TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType Tag:Tag
    TxnApprovalInfo:TxnApprovalInfo RecurDataRef:Ref RecurringInfo:RecurringInfo ProjectRef:Ref TotalCostAmount
    HomeTotalCostAmount
  LinkedTxn =
    TxnId TxnType TxnLineId
  Line =
    Id LineNum Description Amount Received LinkedTxn:LinkedTxn DetailType PaymentLineDetail:PaymentLineDetail
    DiscountLineDetail:DiscountLineDetail TaxLineDetail:TaxLineDetail SalesItemLineDetail:SalesItemLineDetail
    DescriptionLineDetail:DescriptionLineDetail GroupLineDetail:GroupLineDetail
    SubTotalLineDetail:SubTotalLineDetail CustomField:CustomField LineEx:Any ProjectRef:Ref CostAmount
    HomeCostAmount
  PaymentLineDetail =
    ItemRef:Ref ServiceDate ClassRef:Ref Balance HomeBalance Discount:DiscountOverride PaymentLineEx:Any
  DiscountOverride =
    DiscountRef:Ref PercentBased DiscountPercent DiscountAccountRef:Ref
  DiscountLineDetail < DiscountOverride =
    ServiceDate ClassRef:Ref TaxCodeRef:Ref DiscountLineDetailEx:Any
  TaxLineDetail =
    TaxRateRef:Ref PercentBased TaxPercent NetAmountTaxable TaxInclusiveAmount OverrideDeltaAmount ServiceDate
    TaxLineDetailEx:Any
  ItemLineDetail =
    ItemRef:Ref ClassRef:Ref UnitPrice UnitCostPrice RatePercent PriceLevelRef:Ref MarkupInfo:MarkupInfo Qty
    UOMRef:UOMRef ItemAccountRef:Ref InventorySiteRef:Ref TaxCodeRef:Ref TaxClassificationRef:Ref
  MarkupInfo =
    PercentBased Value Percent PriceLevelRef:Ref MarkUpIncomeAccountRef:Ref
  UOMRef =
    Unit UOMSetRef:Ref
  SalesItemLineDetail < ItemLineDetail =
    ServiceDate TaxInclusiveAmt DiscountRate DiscountAmt DeferredRevenue SalesItemLineDetailEx:Any
  DescriptionLineDetail =
    ServiceDate TaxCodeRef:Ref DescriptionLineDetailEx:Any
  GroupLineDetail =
    GroupItemRef:Ref Quantity UOMRef:UOMRef ServiceDate Line:Line GroupLineDetailEx:Any
  SubTotalLineDetail =
    ItemRef:Ref ServiceDate
  TxnTaxDetail =
    DefaultTaxCodeRef:Ref TxnTaxCodeRef:Ref TotalTax TaxReviewStatus TaxLine:Line UseAutomatedSalesTax
  Tag < IntuitEntity =
    Name
  TxnApprovalInfo =
    ApprovalStatus ApprovalStatusDetail LastChangedByUser LastChangedDate
  RecurringInfo =
    Name RecurType Active ScheduleInfo:RecurringScheduleInfo
  RecurringScheduleInfo =
    IntervalType NumInterval DayOfMonth DayOfWeek WeekOfMonth MonthOfYear RemindDays DaysBefore MaxOccurrences
    StartDate EndDate NextDate PreviousDate
  SalesTransaction < Transaction =
    AutoDocNumber CustomerRef:Ref CustomerMemo:Memo BillAddr:PhysicalAddress ShipAddr:PhysicalAddress
    FreeFormAddress ShipFromAddr:PhysicalAddress RemitToRef:Ref ClassRef:Ref SalesTermRef:Ref DueDate
    SalesRepRef:Ref PONumber FOB ShipMethodRef:Ref ShipDate TrackingNum GlobalTaxCalculation TotalAmt HomeTotalAmt
    ApplyTaxAfterDiscount ShippingTaxIncludedInTotalTax TemplateRef:Ref PrintStatus EmailStatus
    BillEmail:EmailAddress BillEmailCc:EmailAddress BillEmailBcc:EmailAddress ARAccountRef:Ref Balance HomeBalance
    FinanceCharge PaymentMethodRef:Ref PaymentRefNum PaymentType CheckPayment:CheckPayment
    CreditCardPayment:CreditCardPayment DepositToAccountRef:Ref DeliveryInfo:TransactionDeliveryInfo DiscountRate
    DiscountAmt GovtTxnRefIdentifier TaxExemptionRef:Ref
  CheckPayment =
    CheckNum Status NameOnAcct AcctNum BankName CheckPaymentEx:Any
  CreditCardPayment =
    CreditChargeInfo:CreditChargeInfo CreditChargeResponse:CreditChargeResponse
  CreditChargeResponse =
    CCProcessor CCTransId Status ResultCode ResultMsg MerchantAcctNum CardSecurityCodeMatch AuthCode AvsStreet
    AvsZip SecurityCode ReconBatchId PaymentGroupingCode TxnAuthorizationTime TxnAuthorizationStamp ClientTransID
    CreditChargeResponseEx:Any
  TransactionDeliveryInfo =
    DeliveryType DeliveryTime DeliveryErrorType
  Invoice < SalesTransaction =
    Deposit AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment AllowOnlineACHPayment
    AllowOnlinePayPalPayment EInvoiceStatus ECloudStatusTimeStamp CfdiUse Exportation GlobalInfo:MXGlobalInfo
    invoiceStatus callToAction invoiceStatusLog:StatusInfo InvoiceEx:Any LessCIS InvoiceLink PaymentDetailsMessage
    ConvenienceFeeDetail:ConvenienceFeeDetail InvoiceLinkSecurityCode InvoiceLinkExpiryDate AutoPayEligible
    SchedulePayEligible ScheduledPaymentId GratuityEnabled FinancingProductType SubscriptionPaymentsSetting
  MXGlobalInfo =
    Periodicity Month Year
  StatusInfo =
    status statusDate callToAction
  ConvenienceFeeDetail < IntuitEntity =
    ConvenienceFeeType ConvenienceFeePercent
  Payment < Transaction =
    CustomerRef:Ref RemitToRef:Ref ARAccountRef:Ref DepositToAccountRef:Ref PaymentMethodRef:Ref PaymentRefNum
    PaymentType CheckPayment:CheckPayment CreditCardPayment:CreditCardPayment TotalAmt UnappliedAmt ProcessPayment
    PaymentEx:Any
  CreditMemo < SalesTransaction =
    RemainingCredit InvoiceRef:Ref CreditMemoEx:Any
  Item < IntuitEntity =
    Name Sku Description Active SubItem ParentRef:Ref Level FullyQualifiedName Taxable SalesTaxIncluded PercentBased
    UnitPrice RatePercent Type PaymentMethodRef:Ref UOMSetRef:Ref IncomeAccountRef:Ref PurchaseDesc
    PurchaseTaxIncluded PurchaseCost ExpenseAccountRef:Ref COGSAccountRef:Ref AssetAccountRef:Ref PrefVendorRef:Ref
    AvgCost TrackQtyOnHand QtyOnHand QtyOnPurchaseOrder QtyOnSalesOrder ReorderPoint ManPartNum
    DepositToAccountRef:Ref SalesTaxCodeRef:Ref PurchaseTaxCodeRef:Ref InvStartDate BuildPoint PrintGroupedItems
    SpecialItem SpecialItemType ItemGroupDetail:ItemGroupDetail ItemAssemblyDetail:ItemAssemblyDetail AbatementRate
    ReverseChargeRate ServiceType ItemCategoryType ItemEx:Any TaxClassificationRef:Ref UQCDisplayText UQCId
    ClassRef:Ref Source DeferredRevenue
  ItemGroupDetail =
    ItemGroupLine:ItemComponentLine
  ItemComponentLine =
    ItemRef:Ref Qty UOMRef:UOMRef
  ItemAssemblyDetail =
    ItemAssemblyLine:ItemComponentLine
  Account < IntuitEntity =
    Name SubAccount ParentRef:Ref Description FullyQualifiedName AccountAlias TxnLocationType Active Classification
    AccountType AccountSubType AccountPurposes:Ref AcctNum AcctNumExtn BankNum OpeningBalance OpeningBalanceDate
    CurrentBalance CurrentBalanceWithSubAccounts CurrencyRef:Ref TaxAccount TaxCodeRef:Ref OnlineBankingEnabled
    FIName JournalCodeRef:Ref AccountEx:Any
  ExchangeRate < IntuitEntity =
    SourceCurrencyCode TargetCurrencyCode Rate AsOfDate ExchangeRateEx:Any
  CompanyInfo < IntuitEntity =
    CompanyName LegalName CompanyAddr:PhysicalAddress CustomerCommunicationAddr:PhysicalAddress
    LegalAddr:PhysicalAddress CompanyEmailAddr:EmailAddress CustomerCommunicationEmailAddr:EmailAddress
    CompanyURL:WebSiteAddress PrimaryPhone:TelephoneNumber OtherContactInfo:ContactInfo CompanyFileName
    FlavorStratum SampleFile CompanyUserId CompanyUserAdminEmail CompanyStartDate EmployerId FiscalYearStartMonth
    TaxYearStartMonth QBVersion Country ShipAddr:PhysicalAddress OtherAddr:PhysicalAddress Mobile:TelephoneNumber
    Fax:TelephoneNumber Email:EmailAddress WebAddr:WebSiteAddress LastImportedTime LastSyncTime SupportedLanguages
    DefaultTimeZone MultiByteCharsSupported NameValue:NameValue FifoCalculationStatus CompanyInfoEx:Any
  NameValue =
    Name Value
  Preferences < IntuitEntity =
    SalesFormsPrefs:SalesFormsPrefs CurrencyPrefs:CurrencyPrefs
  SalesFormsPrefs =
    CustomTxnNumbers AllowDeposit AllowDiscount
  CurrencyPrefs =
    MultiCurrencyEnabled HomeCurrency:Ref
`;

/** One property of a type; `type` is undefined for a plain value. */
export interface Property {
  name: string;
  type?: string;
}

interface Shape {
  base?: string;
  own: Property[];
}

const shapes = new Map<string, Shape>();
for (const block of text.trim().split(/\n(?= {2}\w)/)) {
  const [, name = '', base, list = ''] = /^\s*(\w+)(?: < (\w+))? =([^]*)$/.exec(block) ?? [];
  const own = (list.match(/\S+/g) ?? []).map((word) => {
    const [property = '', type] = word.split(':');
    return { name: property, type };
  });
  shapes.set(name, { base, own });
}

const flattened = new Map<string, readonly Property[]>();

/** All properties of a type in Intuit's order, inherited ones first; undefined when the type is not known here. */
export function propertiesOf(type: string): readonly Property[] | undefined {
  const known = flattened.get(type);
  if (known !== undefined) return known;
  const shape = shapes.get(type);
  if (shape === undefined) return undefined;
  const all = [...(shape.base === undefined ? [] : (propertiesOf(shape.base) ?? [])), ...shape.own];
  flattened.set(type, all);
  return all;
}

/** Whether the type carries the members domain, status and sparse (attributes in XML). */
export function isEntity(type: string): boolean {
  const base = shapes.get(type)?.base;
  return type === 'IntuitEntity' || (base !== undefined && isEntity(base));
}

/** Names of all types described here. */
export const shapeNames = (): string[] => [...shapes.keys()];
