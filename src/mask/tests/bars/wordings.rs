//! What the set says around its identifiers. Even rows are looked at, odd rows are measured only.

pub(crate) const PLAIN: &[&str] = &[
    "Please remit to A/c {bank_account}, IFSC {ifsc}, favouring Nila Exports.",
    "Our GSTIN is {gstin} and PAN is {pan}; kindly correct the invoice.",
    "Call {phone} or write to {email} for dispatch details.",
    "The driver of {vehicle} can be reached at {phone}.",
    "Aadhaar of the proprietor: {aadhaar}. PAN: {pan}.",
    "Kindly verify Aadhaar number {aadhaar} with the copy attached.",
    "Pay by UPI to {upi} and mail the screenshot to {email}.",
    "You may pay via UPI ({upi}); queries to {email}.",
    "Beneficiary account number {bank_account} with HDFC Bank, Andheri (IFSC: {ifsc}).",
    "Supplier Account No: {bank_account}\nIFSC Code: {ifsc}\nBranch: Peenya",
    "Passport No. {passport} of the signatory, voter ID {voter_id}.",
    "EPIC No. {voter_id}; passport {passport}; mobile {phone}",
    "Sir, my PAN {pan} is linked with Aadhaar {aadhaar}.",
    "PAN of deductee {pan}, phone no. {phone}, e-mail: {email}",
    "Truck no {vehicle} left at 6 pm; contact {phone}.",
    "Goods sent by lorry {vehicle}, driver mobile: {phone}",
    "Refund of Rs 4,500.00 to account {bank_account} ({ifsc}).",
    "We credited INR 12,000 to savings account {bank_account}, IFSC {ifsc}, on 12/11/2026.",
    "GSTIN/UIN: {gstin}  State Name: Karnataka, Code: 29",
    "Buyer (Bill to): Kaveri Works, GST No. {gstin}, Ph {phone}",
    "Vendor {pan} has no e-mail on record, phone {phone}.",
    "Contact person: Meena, M: {phone}, {email}",
    "Transfer the balance to {bank_account} (IFSC {ifsc}) today.",
    "Account holder Deepak, account {bank_account}, bank code {ifsc}",
];

pub(crate) const HINGLISH: &[&str] = &[
    "Bhai paise {bank_account} khata number par bhej do, IFSC {ifsc} hai.",
    "Mera PAN {pan} hai aur mobile number {phone} hai.",
    "Khata number {bank_account} mein transfer kar dijiye, IFSC code {ifsc}.",
    "Gaadi number {vehicle} nikal gayi, driver ka mobile {phone}",
    "UPI {upi} par payment kar dena, ya call karo {phone}",
    "Aadhar card number {aadhaar} aur PAN card {pan} bhej raha hoon",
    "Humara GST number {gstin} hai, bill isi par banana.",
    "Account mein paise nahi aaye, a/c {bank_account} check karo",
    "Order no {#10} ka payment ho gaya, mera number {phone} hai.",
    "Invoice {#9} ke liye {phone} pe call kar lena.",
];

pub(crate) const HINDI: &[&str] = &[
    "कृपया खाता संख्या {bank_account} में भुगतान करें, आईएफएससी {ifsc}।",
    "मेरा पैन {pan} है और मोबाइल {phone} है।",
    "आधार नंबर {aadhaar} की प्रति संलग्न है।",
    "आधार: {aadhaar}, मतदाता पहचान पत्र {voter_id}",
    "जीएसटीआईएन {gstin} वाले विक्रेता से संपर्क: {phone}",
    "हमारा जीएसटी नंबर {gstin} है, ईमेल {email}",
    "वाहन संख्या {vehicle}, चालक का फोन {phone}",
    "गाड़ी नंबर {vehicle} से माल भेजा गया।",
    "पासपोर्ट {passport} धारक का खाता {bank_account}",
    "बैंक खाता {bank_account} यूपीआई {upi}",
];

pub(crate) const INDIC: &[&str] = &[
    "ஆதார் எண் {aadhaar}, தொலைபேசி {phone}",
    "கணக்கு எண் {bank_account}, IFSC {ifsc}",
    "ఖాతా సంఖ్య {bank_account}, ఫోన్ {phone}",
    "ఆధార్ {aadhaar} మొబైల్ {phone}",
    "ಖಾತೆ ಸಂಖ್ಯೆ {bank_account} ಮೊಬೈಲ್ {phone}",
    "ಆಧಾರ್ {aadhaar}, ವಾಹನ ಸಂಖ್ಯೆ {vehicle}",
    "আধার নম্বর {aadhaar}, মোবাইল {phone}",
    "অ্যাকাউন্ট নম্বর {bank_account} ফোন {phone}",
    "ખાતા નંબર {bank_account}, મોબાઇલ {phone}",
    "આધાર {aadhaar} ફોન {phone}",
    "ਖਾਤਾ ਨੰਬਰ {bank_account}, ਫੋਨ {phone}",
    "ആധാർ {aadhaar}, ഫോൺ {phone}",
];

pub(crate) const INVOICES: &[&str] = &[
    "TAX INVOICE\nNila Exports Pvt Ltd, 14 MIDC Road, Pune 411019\nGSTIN: {gstin}   PAN: {same}   State: Maharashtra (27)\nPhone: {phone}   Email: {email}\n\nInvoice No: NE/26-27/0{#3}   Date: 12/11/2026   Due: 27/12/2026\nPO No: 45000{#5} dt 01/11/2026   E-Way Bill No: {#12}\nIRN: {hex}\nAck No: {#15}  Ack Date: 2026-11-12 11:04:09\n\nBill To: Kaveri Works LLP, Hosur Road, Bengaluru 560068\nGSTIN: {gstin}\n\nSl  Description            HSN       Qty   Rate      Amount\n1   Corrugated carton 5 ply 48191010  400   22.94     9,176.00\n2   BOPP tape 48 mm         39191000  120   31.50     3,780.00\nTaxable value 12,956.00  CGST 9% 1,166.04  SGST 9% 1,166.04\nTotal: Rs. 15,288.00\n\nBank: HDFC Bank, Pimpri   A/c No: {bank_account}   IFSC: {ifsc}\nUPI: {upi}\nVehicle No: {vehicle}   LR No: {#8}\n",
    "{(}\"Version\":\"1.1\",\"DocDtls\":{(}\"Typ\":\"INV\",\"No\":\"TI0{#4}\",\"Dt\":\"15/11/2026\"{)},\"SellerDtls\":{(}\"Gstin\":\"{gstin}\",\"LglNm\":\"Godavari Pharma LLP\",\"Pin\":560001,\"Ph\":\"{phone}\",\"Em\":\"{email}\"{)},\"BuyerDtls\":{(}\"Gstin\":\"{gstin}\"{)},\"ItemList\":[{(}\"SlNo\":\"1\",\"PrdDesc\":\"Carton\",\"HsnCd\":\"48191010\",\"Qty\":4,\"UnitPrice\":22.94,\"TotAmt\":91.76{)}],\"ValDtls\":{(}\"TotInvVal\":96{)},\"PayDtls\":{(}\"Nm\":\"Godavari\",\"AccDet\":\"{bank_account}\",\"Mode\":\"NEFT\",\"FinInsBr\":\"{ifsc}\"{)},\"EwbDtls\":{(}\"VehNo\":\"{vehicle}\",\"TransDocNo\":\"{#8}\"{)},\"Irn\":\"{hex}\",\"AckNo\":\"{#15}\"{)}",
    "M/s Sahyadri Steel Traders\n(GSTIN {gstin})\nTel.: {phone}; {email}\n\nBill no. {#6} dated 3-11-26\n10 NOS  MS angle 50x50x6  HSN 72165000  @ 2,150.00  21,500.00\nIGST @18%  3,870.00   Grand total  25,370.00\nRupees twenty-five thousand three hundred seventy only\n\nRTGS details: Sahyadri Steel Traders, current account {bank_account}, State Bank of India, IFSC {ifsc}\nCompany's PAN: {pan}\nTransporter vehicle: {vehicle}, driver Aadhaar {aadhaar}\n",
    "INVOICE #INV-2026-{#5}\nFrom: Lakshmi Consultants, PAN {pan}, mobile {phone}\nTo: Accounts, Nila Exports, GSTIN {gstin}\nProfessional fees (SAC 998231) 1 x 45,000.00\nTDS u/s 194J to be deducted under PAN {pan}\nPay to: account number {bank_account}, IFSC {ifsc} or UPI {upi}\nUTR of last payment: HDFCR520261105{#8}\n",
    "Subject: Invoice {#7} overdue\n\nDear sir,\nOur invoice dated 12-10-2026 of Rs. 1,18,000/- against PO {#10} is pending. Please release it to\nBank Account No. {bank_account}\nIFSC Code {ifsc}\nand confirm to {email} or on {phone}.\n\nRegards,\nAnil\nGSTIN {gstin}\n",
    "Credit note CN-{#4} against invoice {#6}\nSupplier: {gstin}\nRecipient: {gstin}\nReason: rate difference, 120 PCS x 4.50 = 540.00\nFor queries call {phone} / {phone}\nCustomer ID {#9}, consumer no {#10}\n",
];

pub(crate) const JSON: &[&str] = &[
    "{(}\"vendor\":{(}\"gstin\":\"{gstin}\",\"pan\":\"{pan}\",\"bank_account\":\"{bank_account}\",\"ifsc\":\"{ifsc}\"{)}{)}",
    "{(}\"AccDet\": {bank_account}, \"FinInsBr\": \"{ifsc}\", \"AckNo\": {#15}, \"HsnCd\": 48191010{)}",
    "{(}\"Gstin\":\"{gstin}\",\"Ph\":{phone},\"Em\":\"{email}\"{)}",
    "{(}\"accountNumber\":\"{bank_account}\",\"mobileNo\":\"{phone}\",\"orderId\":\"{#10}\"{)}",
    "<PARTYGSTIN>{gstin}</PARTYGSTIN><BANKACCNO>1</BANKACCNO><INCOMETAXNUMBER>{pan}</INCOMETAXNUMBER>",
    "<ACCOUNTNO>{bank_account}</ACCOUNTNO><IFSCODE>{ifsc}</IFSCODE><MOBILE>{phone}</MOBILE>",
];

pub(crate) const TABLES: &[&str] = &[
    "vendor_id,legal_name,gstin,pan,bank_account,ifsc,email\nV001,Nila Exports,{gstin},{pan},{bank_account},{ifsc},{email}\nV002,Kaveri Works,{gstin},{pan},{bank_account},{ifsc},{email}",
    "name,phone,account_no,order_no\nMeena,{phone},{bank_account},{#10}\nAnil,{phone},{bank_account},{#10}",
    "| Name | Account No | IFSC | UTR |\n|---|---|---|---|\n| Meena | {bank_account} | {ifsc} | {#12} |\n| Arjun | {bank_account} | {ifsc} | {#12} |",
    "Employee\tAadhaar\tPAN\tMobile\nRekha\t{aadhaar}\t{pan}\t{phone}\nGopal\t{aadhaar}\t{pan}\t{phone}",
    "Name        Account Number        IFSC\nMeena       {bank_account}        {ifsc}",
    "Account No\n{bank_account}\nIFSC\n{ifsc}",
    "Bank Account Number:\n{bank_account}\nMobile:\n{phone}",
    "Beneficiary   | Nila Exports\nAccount no.   | {bank_account}\nIFSC          | {ifsc}\nInvoice no.   | {#11}",
];

pub(crate) const OVERLAP: &[&str] = &[
    "GSTIN {gstin} (PAN {same})",
    "Vendor GSTIN: {gstin}; PAN: {same}; other PAN {pan}",
    "{gstin}/{same}",
    "{gstin},{same},{phone}",
];

pub(crate) const GLUED: &[&str] = &[
    "PAN{pan} GSTIN{gstin}",
    "IFSC{ifsc} Mob{phone}",
    "A/c:{bank_account},IFSC:{ifsc},PAN:{pan}",
    "GSTIN-{gstin};PAN-{pan};Ph-{phone}",
    "(PAN:{pan})(GST:{gstin})",
    "[{email}]<{upi}>",
];

pub(crate) const LABELLED: &[&str] = &[
    "GSTIN: {gstin}",
    "Supplier GSTIN {gstin} and buyer GSTIN {gstin}.",
    "PAN: {pan}",
    "PAN No. {pan} of the firm",
    "Aadhaar: {aadhaar}",
    "Aadhaar no. {aadhaar} was given.",
    "IFSC: {ifsc}",
    "IFSC code {ifsc}, branch Peenya",
    "A/c No: {bank_account}",
    "Account number {bank_account} in our name.",
    "Mobile: {phone}",
    "Phone no {phone}, ask for Esha.",
    "खाता संख्या: {bank_account}, मोबाइल {phone}",
    "आधार {aadhaar}, पैन {pan}",
    "Bank details: A/c {bank_account}, IFSC {ifsc}\nGSTIN {gstin}",
    "Account {bank_account} IFSC {ifsc} mobile {phone}",
    "Passport no: {passport}",
    "Voter ID: {voter_id}",
];

pub(crate) const GSTINS: &[&str] = &[
    "GSTIN of deductor: {gstin}",
    "TCS collected by operator {gstin} under s.52",
    "UIN/GSTIN {gstin}, refund to follow",
    "Supplier: {gstin}",
];

pub(crate) const PHONES: &[&str] = &[
    "Phone: {phone}",
    "Tel {phone}",
    "Contact us at {phone} between 10 and 6.",
    "Please ring {phone}, extension 12.",
    "Ph. {phone}, Fax {phone}",
    "Office: {phone} (Mon-Sat)",
    "फोन {phone}",
    "Helpdesk {phone}",
];

pub(crate) const AADHAARS: &[&str] = &[
    "Aadhaar: {aadhaar}",
    "Aadhaar card no. {aadhaar} of the driver",
    "UIDAI number {aadhaar}",
    "आधार संख्या {aadhaar}",
];

pub(crate) const BARE: &[&str] = &[
    "{pan}",
    "{gstin}",
    "{aadhaar}",
    "{phone}",
    "{ifsc} {bank_account}",
    "{bank_account} / {ifsc}",
    "{vehicle}",
    "{email}",
    "Spoke to Ravi ({phone}) about the short receipt.",
    "Ravi, {pan}, has signed.",
    "Send it to {upi}",
    "{upi} {phone}",
];

pub(crate) const ADDRESSES: &[&str] = &[
    "Write to {email}, or pay {upi}.",
    "mailto:{email}?subject=Invoice",
    "upi://pay?pa={upi}&pn=Nila&am=450.00",
    "Scan the QR or use {upi}; receipts from {email}.",
    "From: Meena <{email}>\nTo: \"AP\" <{email}>",
    "VPA {upi}, backup VPA {upi}",
];

pub(crate) const NONE: &[&str] = &[
    "Order No {#10} shipped; tracking number {#12}; 3 cartons.",
    "Order ID: {#10}, AWB {#11}, delivered on 12/11/2026.",
    "HSN 84713010, SAC 998313, taxable value 1,23,456.00, IGST 18% 22,222.08, total 1,45,678.08",
    "HSN/SAC 48191010 qty 400 rate 22.94 amount 9,176.00 CGST 825.84",
    "UTR No. {#12} dated 12-11-2026 for Rs. 4,50,000.00",
    "UTR: SBIN{#12}; NEFT ref HDFCN52{#9}",
    "IRN {hex} Ack No {#15} Ack Dt 2026-11-12 10:00:01",
    "E-Way Bill No. {#12} valid till 14/11/2026",
    "EWB {#12} was cancelled within 24 hours.",
    "Part no ABX-{#6}-R2, serial number {#11}, batch {#10}",
    "Part code BOLT0H{#5}, model XK7{#5}Z, drawing no {#8}",
    "Invoice No {#10} dated 05/11/2026 against PO {#10}",
    "Invoice number: {#12}, delivery challan {#9}",
    "Cheque No {#6}, MICR 400240{#3}, dated 1-11-2026",
    "Consumer no {#10}, meter no {#8}, reading 12345.6",
    "Transaction ID {#12} failed, reference no {#16}.",
    "Please see clause 4.1.2 of the contract of 12-10-2026; 45 days from receipt.",
    "We need 20 laptops, 14 inch, 16 GB, before 30 November; budget Rs. 12,00,000.",
    "MS pipe 50 NB x 3.2 mm x 6 m, 120 nos @ 1,450.00 = 1,74,000.00",
    "Weight 1250.500 KG, 12 pallets, container MSKU{#7}, seal no {#9}",
    "Quotation ref QT/26-27/{#5} validity 30 days; GST extra at actuals.",
    "FSSAI Lic No 115{#11}, drug licence 20B-{#6}",
    "CIN U72200MH2008PTC{#6}; Udyam no UDYAM-MH-12-00{#5}",
    "IMEI {#15}, {#15}; warranty 1 year",
    "Docket {#9}, LR No {#10}, GR no {#7}, 14 boxes",
    "ऑर्डर नंबर {#10}, चालान {#9}, राशि 45,000.00",
    "बिल नंबर {#10} दिनांक 12/11/2026, कुल 12,500 रुपये",
    "Order {#12} ka payment kal hoga, bill {#10} bhej dena",
    "{(}\"orderId\":\"{#10}\",\"AckNo\":\"{#15}\",\"EwbNo\":{#12},\"HsnCd\":\"84713010\",\"Pin\":560001{)}",
    "{(}\"invoice_number\":\"{#10}\",\"utr\":\"{#12}\",\"total\":118000.00{)}",
    "| Item | Order No | UTR |\n|---|---|---|\n| Tape | {#10} | {#12} |",
    "order_no,utr,amount\n{#10},{#12},4500.00\n{#10},{#12},900.00",
    "GRN {#10} posted for PO 45{#8}, 98 accepted, 2 rejected.",
    "Ticket {#8} closed; job card {#9}; next service after 10000 km",
    "Size OR 10 MM 2000, grade EN 8, lot no {#10}",
    "Version 2.10.4 build {#10} released 2026-11-12T10:04:05Z",
    "Account opened on 2026-11-12 11:04:09 and closed 12-11-2027 10:30.",
    "Bank details were changed on 12.11.2026 16:20, phone call at 13/11/2026 11:05.",
    "Account books of 2025-26 2026-27, audited 30-09-2027 17:00",
    "Statement of account 01-04-2026 31-03-2027, page 12 of 40",
];
