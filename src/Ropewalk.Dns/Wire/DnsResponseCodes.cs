namespace Ropewalk.Dns.Wire;

/// <summary>Spells the results of messages as the RFCs and dig do.</summary>
public static class DnsResponseCodes
{
    /// <summary>Gets the mnemonic of a message's result, or <c>RESERVED</c> and the number, as dig has it.</summary>
    public static string Mnemonic(this DnsResponseCode code) => code switch
    {
        DnsResponseCode.NoError => "NOERROR",
        DnsResponseCode.FormatError => "FORMERR",
        DnsResponseCode.ServerFailure => "SERVFAIL",
        DnsResponseCode.NameError => "NXDOMAIN",
        DnsResponseCode.NotImplemented => "NOTIMP",
        DnsResponseCode.Refused => "REFUSED",
        DnsResponseCode.NameExists => "YXDOMAIN",
        DnsResponseCode.RecordSetExists => "YXRRSET",
        DnsResponseCode.RecordSetMissing => "NXRRSET",
        DnsResponseCode.NotAuthorized => "NOTAUTH",
        DnsResponseCode.NotInZone => "NOTZONE",
        DnsResponseCode.StatefulTypeNotImplemented => "DSOTYPENI",
        DnsResponseCode.BadVersion => "BADVERS",
        DnsResponseCode.BadCookie => "BADCOOKIE",
        _ => TsigMnemonic(code),
    };

    /// <summary>Gets the mnemonic of a TSIG's or TKEY's error. <b>Spec</b>: RFC 8945 §3.</summary>
    public static string TsigMnemonic(this DnsResponseCode code) => code switch
    {
        DnsResponseCode.BadSignature => "BADSIG",
        DnsResponseCode.BadKey => "BADKEY",
        DnsResponseCode.BadTime => "BADTIME",
        DnsResponseCode.BadMode => "BADMODE",
        DnsResponseCode.BadName => "BADNAME",
        DnsResponseCode.BadAlgorithm => "BADALG",
        DnsResponseCode.BadTruncation => "BADTRUNC",
        DnsResponseCode.BadCookie => "BADCOOKIE",
        > DnsResponseCode.StatefulTypeNotImplemented => $"RESERVED{(ushort)code}",
        _ => Mnemonic(code),
    };
}
