package surql

// A token is the kind of a token. Keywords come last: every keyword is a name
// too where a name may stand.
type token uint16

const (
	tEOF token = iota
	tInvalid
	tIdent // name, `name` or ⟨name⟩
	tParam // $name
	tDigits
	tNaN
	tInfinity
	tString         // '…', "…", s'…'
	tRecordString   // r'…'
	tUUIDString     // u'…'
	tDatetimeString // d'…'
	tBytesString    // b'…'
	tFileString     // f'…'

	tLParen
	tRParen
	tLBracket
	tRBracket
	tLBrace
	tRBrace
	tSemicolon
	tComma
	tDot
	tDotDot
	tDotDotDot
	tColon
	tPath // ::
	tAt
	tDollar
	tQuestion
	tPipe
	tOrOr
	tAndAnd
	tBang
	tPlus
	tMinus
	tStar
	tStarStar
	tTimes // ×
	tSlash
	tDivide // ÷
	tPercent
	tArrow // ->
	tLess
	tMore
	tLessEqual
	tMoreEqual
	tKNN // <|
	tEqual
	tEqualEqual
	tNotEqual
	tAllEqual   // *=
	tAnyEqual   // ?=
	tElvis      // ?:
	tPlusEqual  // +=
	tMinusEqual // -=
	tExtend     // +?=
	tTilde      // ~, and the three below: operators until 2.x
	tNotTilde   // !~
	tAllTilde   // *~
	tAnyTilde   // ?~
	tContains   // ∋
	tContainsNot
	tContainsAll
	tContainsAny
	tContainsNone
	tInside // ∈
	tNotInside
	tAllInside
	tAnyInside
	tNoneInside

	keywordsBegin
	kwAccess
	kwAfter
	kwAlgorithm
	kwAll
	kwAllinside
	kwAlter
	kwAlways
	kwAnalyzer
	kwAnd
	kwAndkw
	kwAny
	kwAnyinside
	kwAPI
	kwArray
	kwAs
	kwAsc
	kwASCII
	kwAssert
	kwAsync
	kwAt
	kwAuthenticate
	kwAuto
	kwBackend
	kwBatch
	kwBearer
	kwBefore
	kwBegin
	kwBlank
	kwBm25
	kwBool
	kwBreak
	kwBucket
	kwBy
	kwBytes
	kwCamel
	kwCancel
	kwCapacity
	kwCascade
	kwChangefeed
	kwChanges
	kwClass
	kwCollate
	kwCollection
	kwComment
	kwCommit
	kwCompact
	kwComputed
	kwConcurrently
	kwConfig
	kwContains
	kwContainsall
	kwContainsany
	kwContainsnone
	kwContainsnot
	kwContent
	kwContinue
	kwCount
	kwCreate
	kwDatabase
	kwDatetime
	kwDecimal
	kwDefault
	kwDefine
	kwDelete
	kwDesc
	kwDiff
	kwDimension
	kwDistance
	kwDrop
	kwDuplicate
	kwDuration
	kwEdgengram
	kwEfc
	kwElse
	kwEnd
	kwEnforced
	kwEvent
	kwExclude
	kwExists
	kwExpired
	kwExplain
	kwExpunge
	kwExtendCandidates
	kwFalse
	kwFeature
	kwFetch
	kwField
	kwFields
	kwFile
	kwFilters
	kwFlexible
	kwFloat
	kwFn
	kwFor
	kwFrom
	kwFull
	kwFulltext
	kwFunction
	kwFunctions
	kwGeometry
	kwGet
	kwGrant
	kwGraphql
	kwGroup
	kwHashedVector
	kwHeaders
	kwHighlights
	kwHnsw
	kwIf
	kwIgnore
	kwIn
	kwInclude
	kwIndex
	kwInfo
	kwInsert
	kwInside
	kwInt
	kwIntersects
	kwInto
	kwIs
	kwIssuer
	kwJwks
	kwJwt
	kwKeepPrunedConnections
	kwKey
	kwKill
	kwLet
	kwLimit
	kwLine
	kwLive
	kwLm
	kwLowercase
	kwM
	kwM0
	kwMapper
	kwMaxdepth
	kwMerge
	kwMiddleware
	kwMl
	kwMod
	kwModel
	kwModule
	kwMultiline
	kwMultipoint
	kwMultipolygon
	kwNamespace
	kwNgram
	kwNo
	kwNoindex
	kwNone
	kwNoneinside
	kwNormal
	kwNot
	kwNotinside
	kwNull
	kwNumber
	kwNumeric
	kwObject
	kwOmit
	kwOn
	kwOnly
	kwOption
	kwOr
	kwOrder
	kwOriginal
	kwOut
	kwOutside
	kwOverwrite
	kwParallel
	kwParam
	kwPasshash
	kwPassword
	kwPatch
	kwPermissions
	kwPoint
	kwPolygon
	kwPost
	kwPostingsCache
	kwPostingsOrder
	kwPrepare
	kwPunct
	kwPurge
	kwPut
	kwRand
	kwRange
	kwReadonly
	kwRebuild
	kwRecord
	kwReference
	kwReferences
	kwRefresh
	kwRegex
	kwReject
	kwRelate
	kwRelation
	kwRemove
	kwReplace
	kwRetry
	kwReturn
	kwRevoke
	kwRevoked
	kwRoles
	kwRoot
	kwSc
	kwSchemafull
	kwSchemaless
	kwSelect
	kwSequence
	kwSession
	kwSet
	kwShow
	kwSignin
	kwSignup
	kwSilo
	kwSince
	kwSleep
	kwSnowball
	kwSplit
	kwStart
	kwStrict
	kwString
	kwStructure
	kwSystem
	kwTable
	kwTables
	kwTempfiles
	kwTermsCache
	kwTermsOrder
	kwThen
	kwThrow
	kwTimeout
	kwTo
	kwToken
	kwTokenizers
	kwTrace
	kwTransaction
	kwTrue
	kwType
	kwUlid
	kwUnique
	kwUnset
	kwUpdate
	kwUppercase
	kwUpsert
	kwURL
	kwUse
	kwUser
	kwUUID
	kwValue
	kwValues
	kwVersion
	kwVs
	kwWhen
	kwWhere
	kwWith

	algorithmsBegin
	kwEddsa
	kwEs256
	kwEs384
	kwEs512
	kwHs256
	kwHs384
	kwHs512
	kwPs256
	kwPs384
	kwPs512
	kwRs256
	kwRs384
	kwRs512

	languagesBegin
	kwArabic
	kwDanish
	kwDutch
	kwEnglish
	kwFinnish
	kwFrench
	kwGerman
	kwGreek
	kwHungarian
	kwItalian
	kwNorwegian
	kwPortuguese
	kwRomanian
	kwRussian
	kwSpanish
	kwSwedish
	kwTamil
	kwTurkish

	distancesBegin
	kwChebyshev
	kwCosine
	kwEuclidean
	kwHamming
	kwJaccard
	kwManhattan
	kwMinkowski
	kwPearson

	vectorTypesBegin
	kwF32
	kwF64
	kwI16
	kwI32
	kwI64
	tokensEnd
)

// tokenText is a token as it is written; tokens up to tFileString, which are
// written in many ways, are described.
var tokenText = [tokensEnd]string{
	tEOF:                    "the end of the file",
	tInvalid:                "an invalid token",
	tIdent:                  "an identifier",
	tParam:                  "a parameter",
	tDigits:                 "a number",
	tNaN:                    "NaN",
	tInfinity:               "Infinity",
	tString:                 "a string",
	tRecordString:           "a record string",
	tUUIDString:             "a uuid",
	tDatetimeString:         "a datetime",
	tBytesString:            "a byte string",
	tFileString:             "a file",
	tLParen:                 "(",
	tRParen:                 ")",
	tLBracket:               "[",
	tRBracket:               "]",
	tLBrace:                 "{",
	tRBrace:                 "}",
	tSemicolon:              ";",
	tComma:                  ",",
	tDot:                    ".",
	tDotDot:                 "..",
	tDotDotDot:              "...",
	tColon:                  ":",
	tPath:                   "::",
	tAt:                     "@",
	tDollar:                 "$",
	tQuestion:               "?",
	tPipe:                   "|",
	tOrOr:                   "||",
	tAndAnd:                 "&&",
	tBang:                   "!",
	tPlus:                   "+",
	tMinus:                  "-",
	tStar:                   "*",
	tStarStar:               "**",
	tTimes:                  "×",
	tSlash:                  "/",
	tDivide:                 "÷",
	tPercent:                "%",
	tArrow:                  "->",
	tLess:                   "<",
	tMore:                   ">",
	tLessEqual:              "<=",
	tMoreEqual:              ">=",
	tKNN:                    "<|",
	tEqual:                  "=",
	tEqualEqual:             "==",
	tNotEqual:               "!=",
	tAllEqual:               "*=",
	tAnyEqual:               "?=",
	tElvis:                  "?:",
	tPlusEqual:              "+=",
	tMinusEqual:             "-=",
	tExtend:                 "+?=",
	tTilde:                  "~",
	tNotTilde:               "!~",
	tAllTilde:               "*~",
	tAnyTilde:               "?~",
	tContains:               "∋",
	tContainsNot:            "∌",
	tContainsAll:            "⊇",
	tContainsAny:            "⊃",
	tContainsNone:           "⊅",
	tInside:                 "∈",
	tNotInside:              "∉",
	tAllInside:              "⊆",
	tAnyInside:              "⊂",
	tNoneInside:             "⊄",
	kwAccess:                "ACCESS",
	kwAfter:                 "AFTER",
	kwAlgorithm:             "ALGORITHM",
	kwAll:                   "ALL",
	kwAllinside:             "ALLINSIDE",
	kwAlter:                 "ALTER",
	kwAlways:                "ALWAYS",
	kwAnalyzer:              "ANALYZER",
	kwAnd:                   "AND",
	kwAndkw:                 "ANDKW",
	kwAny:                   "ANY",
	kwAnyinside:             "ANYINSIDE",
	kwAPI:                   "API",
	kwArray:                 "ARRAY",
	kwAs:                    "AS",
	kwAsc:                   "ASC",
	kwASCII:                 "ASCII",
	kwAssert:                "ASSERT",
	kwAsync:                 "ASYNC",
	kwAt:                    "AT",
	kwAuthenticate:          "AUTHENTICATE",
	kwAuto:                  "AUTO",
	kwBackend:               "BACKEND",
	kwBatch:                 "BATCH",
	kwBearer:                "BEARER",
	kwBefore:                "BEFORE",
	kwBegin:                 "BEGIN",
	kwBlank:                 "BLANK",
	kwBm25:                  "BM25",
	kwBool:                  "BOOL",
	kwBreak:                 "BREAK",
	kwBucket:                "BUCKET",
	kwBy:                    "BY",
	kwBytes:                 "BYTES",
	kwCamel:                 "CAMEL",
	kwCancel:                "CANCEL",
	kwCapacity:              "CAPACITY",
	kwCascade:               "CASCADE",
	kwChangefeed:            "CHANGEFEED",
	kwChanges:               "CHANGES",
	kwClass:                 "CLASS",
	kwCollate:               "COLLATE",
	kwCollection:            "COLLECTION",
	kwComment:               "COMMENT",
	kwCommit:                "COMMIT",
	kwCompact:               "COMPACT",
	kwComputed:              "COMPUTED",
	kwConcurrently:          "CONCURRENTLY",
	kwConfig:                "CONFIG",
	kwContains:              "CONTAINS",
	kwContainsall:           "CONTAINSALL",
	kwContainsany:           "CONTAINSANY",
	kwContainsnone:          "CONTAINSNONE",
	kwContainsnot:           "CONTAINSNOT",
	kwContent:               "CONTENT",
	kwContinue:              "CONTINUE",
	kwCount:                 "COUNT",
	kwCreate:                "CREATE",
	kwDatabase:              "DATABASE",
	kwDatetime:              "DATETIME",
	kwDecimal:               "DECIMAL",
	kwDefault:               "DEFAULT",
	kwDefine:                "DEFINE",
	kwDelete:                "DELETE",
	kwDesc:                  "DESC",
	kwDiff:                  "DIFF",
	kwDimension:             "DIMENSION",
	kwDistance:              "DISTANCE",
	kwDrop:                  "DROP",
	kwDuplicate:             "DUPLICATE",
	kwDuration:              "DURATION",
	kwEdgengram:             "EDGENGRAM",
	kwEfc:                   "EFC",
	kwElse:                  "ELSE",
	kwEnd:                   "END",
	kwEnforced:              "ENFORCED",
	kwEvent:                 "EVENT",
	kwExclude:               "EXCLUDE",
	kwExists:                "EXISTS",
	kwExpired:               "EXPIRED",
	kwExplain:               "EXPLAIN",
	kwExpunge:               "EXPUNGE",
	kwExtendCandidates:      "EXTEND_CANDIDATES",
	kwFalse:                 "FALSE",
	kwFeature:               "FEATURE",
	kwFetch:                 "FETCH",
	kwField:                 "FIELD",
	kwFields:                "FIELDS",
	kwFile:                  "FILE",
	kwFilters:               "FILTERS",
	kwFlexible:              "FLEXIBLE",
	kwFloat:                 "FLOAT",
	kwFn:                    "FN",
	kwFor:                   "FOR",
	kwFrom:                  "FROM",
	kwFull:                  "FULL",
	kwFulltext:              "FULLTEXT",
	kwFunction:              "FUNCTION",
	kwFunctions:             "FUNCTIONS",
	kwGeometry:              "GEOMETRY",
	kwGet:                   "GET",
	kwGrant:                 "GRANT",
	kwGraphql:               "GRAPHQL",
	kwGroup:                 "GROUP",
	kwHashedVector:          "HASHED_VECTOR",
	kwHeaders:               "HEADERS",
	kwHighlights:            "HIGHLIGHTS",
	kwHnsw:                  "HNSW",
	kwIf:                    "IF",
	kwIgnore:                "IGNORE",
	kwIn:                    "IN",
	kwInclude:               "INCLUDE",
	kwIndex:                 "INDEX",
	kwInfo:                  "INFO",
	kwInsert:                "INSERT",
	kwInside:                "INSIDE",
	kwInt:                   "INT",
	kwIntersects:            "INTERSECTS",
	kwInto:                  "INTO",
	kwIs:                    "IS",
	kwIssuer:                "ISSUER",
	kwJwks:                  "JWKS",
	kwJwt:                   "JWT",
	kwKeepPrunedConnections: "KEEP_PRUNED_CONNECTIONS",
	kwKey:                   "KEY",
	kwKill:                  "KILL",
	kwLet:                   "LET",
	kwLimit:                 "LIMIT",
	kwLine:                  "LINE",
	kwLive:                  "LIVE",
	kwLm:                    "LM",
	kwLowercase:             "LOWERCASE",
	kwM:                     "M",
	kwM0:                    "M0",
	kwMapper:                "MAPPER",
	kwMaxdepth:              "MAXDEPTH",
	kwMerge:                 "MERGE",
	kwMiddleware:            "MIDDLEWARE",
	kwMl:                    "ML",
	kwMod:                   "MOD",
	kwModel:                 "MODEL",
	kwModule:                "MODULE",
	kwMultiline:             "MULTILINE",
	kwMultipoint:            "MULTIPOINT",
	kwMultipolygon:          "MULTIPOLYGON",
	kwNamespace:             "NAMESPACE",
	kwNgram:                 "NGRAM",
	kwNo:                    "NO",
	kwNoindex:               "NOINDEX",
	kwNone:                  "NONE",
	kwNoneinside:            "NONEINSIDE",
	kwNormal:                "NORMAL",
	kwNot:                   "NOT",
	kwNotinside:             "NOTINSIDE",
	kwNull:                  "NULL",
	kwNumber:                "NUMBER",
	kwNumeric:               "NUMERIC",
	kwObject:                "OBJECT",
	kwOmit:                  "OMIT",
	kwOn:                    "ON",
	kwOnly:                  "ONLY",
	kwOption:                "OPTION",
	kwOr:                    "OR",
	kwOrder:                 "ORDER",
	kwOriginal:              "ORIGINAL",
	kwOut:                   "OUT",
	kwOutside:               "OUTSIDE",
	kwOverwrite:             "OVERWRITE",
	kwParallel:              "PARALLEL",
	kwParam:                 "PARAM",
	kwPasshash:              "PASSHASH",
	kwPassword:              "PASSWORD",
	kwPatch:                 "PATCH",
	kwPermissions:           "PERMISSIONS",
	kwPoint:                 "POINT",
	kwPolygon:               "POLYGON",
	kwPost:                  "POST",
	kwPostingsCache:         "POSTINGS_CACHE",
	kwPostingsOrder:         "POSTINGS_ORDER",
	kwPrepare:               "PREPARE",
	kwPunct:                 "PUNCT",
	kwPurge:                 "PURGE",
	kwPut:                   "PUT",
	kwRand:                  "RAND",
	kwRange:                 "RANGE",
	kwReadonly:              "READONLY",
	kwRebuild:               "REBUILD",
	kwRecord:                "RECORD",
	kwReference:             "REFERENCE",
	kwReferences:            "REFERENCES",
	kwRefresh:               "REFRESH",
	kwRegex:                 "REGEX",
	kwReject:                "REJECT",
	kwRelate:                "RELATE",
	kwRelation:              "RELATION",
	kwRemove:                "REMOVE",
	kwReplace:               "REPLACE",
	kwRetry:                 "RETRY",
	kwReturn:                "RETURN",
	kwRevoke:                "REVOKE",
	kwRevoked:               "REVOKED",
	kwRoles:                 "ROLES",
	kwRoot:                  "ROOT",
	kwSc:                    "SC",
	kwSchemafull:            "SCHEMAFULL",
	kwSchemaless:            "SCHEMALESS",
	kwSelect:                "SELECT",
	kwSequence:              "SEQUENCE",
	kwSession:               "SESSION",
	kwSet:                   "SET",
	kwShow:                  "SHOW",
	kwSignin:                "SIGNIN",
	kwSignup:                "SIGNUP",
	kwSilo:                  "SILO",
	kwSince:                 "SINCE",
	kwSleep:                 "SLEEP",
	kwSnowball:              "SNOWBALL",
	kwSplit:                 "SPLIT",
	kwStart:                 "START",
	kwStrict:                "STRICT",
	kwString:                "STRING",
	kwStructure:             "STRUCTURE",
	kwSystem:                "SYSTEM",
	kwTable:                 "TABLE",
	kwTables:                "TABLES",
	kwTempfiles:             "TEMPFILES",
	kwTermsCache:            "TERMS_CACHE",
	kwTermsOrder:            "TERMS_ORDER",
	kwThen:                  "THEN",
	kwThrow:                 "THROW",
	kwTimeout:               "TIMEOUT",
	kwTo:                    "TO",
	kwToken:                 "TOKEN",
	kwTokenizers:            "TOKENIZERS",
	kwTrace:                 "TRACE",
	kwTransaction:           "TRANSACTION",
	kwTrue:                  "TRUE",
	kwType:                  "TYPE",
	kwUlid:                  "ULID",
	kwUnique:                "UNIQUE",
	kwUnset:                 "UNSET",
	kwUpdate:                "UPDATE",
	kwUppercase:             "UPPERCASE",
	kwUpsert:                "UPSERT",
	kwURL:                   "URL",
	kwUse:                   "USE",
	kwUser:                  "USER",
	kwUUID:                  "UUID",
	kwValue:                 "VALUE",
	kwValues:                "VALUES",
	kwVersion:               "VERSION",
	kwVs:                    "VS",
	kwWhen:                  "WHEN",
	kwWhere:                 "WHERE",
	kwWith:                  "WITH",
	kwEddsa:                 "EDDSA",
	kwEs256:                 "ES256",
	kwEs384:                 "ES384",
	kwEs512:                 "ES512",
	kwHs256:                 "HS256",
	kwHs384:                 "HS384",
	kwHs512:                 "HS512",
	kwPs256:                 "PS256",
	kwPs384:                 "PS384",
	kwPs512:                 "PS512",
	kwRs256:                 "RS256",
	kwRs384:                 "RS384",
	kwRs512:                 "RS512",
	kwArabic:                "ARABIC",
	kwDanish:                "DANISH",
	kwDutch:                 "DUTCH",
	kwEnglish:               "ENGLISH",
	kwFinnish:               "FINNISH",
	kwFrench:                "FRENCH",
	kwGerman:                "GERMAN",
	kwGreek:                 "GREEK",
	kwHungarian:             "HUNGARIAN",
	kwItalian:               "ITALIAN",
	kwNorwegian:             "NORWEGIAN",
	kwPortuguese:            "PORTUGUESE",
	kwRomanian:              "ROMANIAN",
	kwRussian:               "RUSSIAN",
	kwSpanish:               "SPANISH",
	kwSwedish:               "SWEDISH",
	kwTamil:                 "TAMIL",
	kwTurkish:               "TURKISH",
	kwChebyshev:             "CHEBYSHEV",
	kwCosine:                "COSINE",
	kwEuclidean:             "EUCLIDEAN",
	kwHamming:               "HAMMING",
	kwJaccard:               "JACCARD",
	kwManhattan:             "MANHATTAN",
	kwMinkowski:             "MINKOWSKI",
	kwPearson:               "PEARSON",
	kwF32:                   "F32",
	kwF64:                   "F64",
	kwI16:                   "I16",
	kwI32:                   "I32",
	kwI64:                   "I64",
}

// keywordAliases are further spellings of keywords.
var keywordAliases = map[string]token{
	"AR":         kwArabic,
	"ARA":        kwArabic,
	"ASCENDING":  kwAsc,
	"COLUMNS":    kwFields,
	"DA":         kwDanish,
	"DAN":        kwDanish,
	"DB":         kwDatabase,
	"DE":         kwGerman,
	"DESCENDING": kwDesc,
	"DEU":        kwGerman,
	"DIST":       kwDistance,
	"EL":         kwGreek,
	"ELL":        kwGreek,
	"EN":         kwEnglish,
	"ENG":        kwEnglish,
	"ES":         kwSpanish,
	"FI":         kwFinnish,
	"FIN":        kwFinnish,
	"FLEX":       kwFlexible,
	"FLEXI":      kwFlexible,
	"FR":         kwFrench,
	"FRA":        kwFrench,
	"HU":         kwHungarian,
	"HUN":        kwHungarian,
	"IT":         kwItalian,
	"ITA":        kwItalian,
	"KV":         kwRoot,
	"NL":         kwDutch,
	"NLD":        kwDutch,
	"NOR":        kwNorwegian,
	"NS":         kwNamespace,
	"POR":        kwPortuguese,
	"PT":         kwPortuguese,
	"RO":         kwRomanian,
	"RON":        kwRomanian,
	"RU":         kwRussian,
	"RUS":        kwRussian,
	"SCHEMAFUL":  kwSchemafull,
	"SPA":        kwSpanish,
	"SV":         kwSwedish,
	"SWE":        kwSwedish,
	"TA":         kwTamil,
	"TAM":        kwTamil,
	"TB":         kwTable,
	"TR":         kwTurkish,
	"TUR":        kwTurkish,
}

// isKeyword reports whether t is a word with a meaning. It is a name as well.
func (t token) isKeyword() bool { return t > keywordsBegin }

// isName reports whether t can stand for a name.
func (t token) isName() bool { return t == tIdent || t > keywordsBegin }

func (t token) isAlgorithm() bool  { return t > algorithmsBegin && t < languagesBegin }
func (t token) isLanguage() bool   { return t > languagesBegin && t < distancesBegin }
func (t token) isDistance() bool   { return t > distancesBegin && t < vectorTypesBegin }
func (t token) isVectorType() bool { return t > vectorTypesBegin && t < tokensEnd }

// describe returns the token in words, for messages.
func (t token) describe() string {
	if t <= tFileString {
		return tokenText[t]
	}
	return "`" + tokenText[t] + "`"
}

// startsStatement reports whether t begins a statement rather than an
// expression.
func (t token) startsStatement() bool {
	switch t {
	case kwAccess, kwAlter, kwBegin, kwBreak, kwCancel, kwCommit, kwContinue, kwCreate,
		kwDefine, kwDelete, kwFor, kwIf, kwInfo, kwInsert, kwKill, kwLive, kwOption,
		kwRebuild, kwReturn, kwRelate, kwRemove, kwSelect, kwLet, kwShow, kwSleep,
		kwThrow, kwUpdate, kwUpsert, kwUse:
		return true
	}
	return false
}

// startsDisallowedSubquery reports whether t begins a statement that cannot
// stand in parentheses, where the word is a name.
func (t token) startsDisallowedSubquery() bool {
	switch t {
	case kwBegin, kwBreak, kwCancel, kwCommit, kwContinue, kwFor, kwInfo, kwKill, kwLive,
		kwOption, kwLet, kwShow, kwSleep, kwThrow, kwUse:
		return true
	}
	return false
}

// startsRecordKey reports whether t can begin the key of a record id.
func (t token) startsRecordKey() bool {
	switch t {
	case tDigits, tLBrace, tLBracket, tPlus, tMinus, tUUIDString, tString:
		return true
	}
	return t.isName()
}
