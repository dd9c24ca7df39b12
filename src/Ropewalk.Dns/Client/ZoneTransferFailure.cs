namespace Ropewalk.Dns.Client;

/// <summary>Says why a transfer brings no zone. Whatever has come of it is to be thrown away.</summary>
public enum ZoneTransferFailure
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The server refuses: <see cref="ZoneTransfer.Code"/> says how. <b>Spec</b>: RFC 5936 §2.2.1.</summary>
    Refused,

    /// <summary>The server cannot be reached.</summary>
    Unreachable,

    /// <summary>The server ended the connection before the last record. <b>Spec</b>: RFC 5936 §2.2.</summary>
    Incomplete,

    /// <summary>Nothing has come for too long, or all of it took too long.</summary>
    TimedOut,

    /// <summary>A message breaks the format, or has no records.</summary>
    Malformed,

    /// <summary>A message has another number, or does not answer the question. <b>Spec</b>: RFC 5936 §2.2.1.</summary>
    WrongMessage,

    /// <summary>The first record is not the SOA record of the zone. <b>Spec</b>: RFC 5936 §2.2.</summary>
    NoStartOfAuthority,

    /// <summary>A record is not of the zone, or of another class, or of a type that is in no zone.</summary>
    OutOfZone,

    /// <summary>Records follow the last one. <b>Spec</b>: RFC 5936 §2.2.</summary>
    TrailingRecords,

    /// <summary>The differences do not begin with the serial that was asked for, or do not fit together. <b>Spec</b>: RFC 1995 §4.</summary>
    WrongSerial,

    /// <summary>More records or bytes than <see cref="ZoneTransferOptions"/> allows.</summary>
    TooLarge,

    /// <summary>A message is not signed where it must be, or not well; the last one always is. <b>Spec</b>: RFC 8945 §5.3.1.</summary>
    NotSigned,
}
