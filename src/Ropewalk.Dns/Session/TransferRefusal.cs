namespace Ropewalk.Dns.Session;

/// <summary>Names why a transfer was refused: what the answer's code leaves open.</summary>
public enum TransferRefusal : byte
{
    /// <summary>It was not, or nothing more is known than the code.</summary>
    None,

    /// <summary>The request breaks a rule of the format.</summary>
    Malformed,

    /// <summary>AXFR was asked for in a datagram.</summary>
    Datagram,

    /// <summary>The key that the request is signed with is not known.</summary>
    KeyUnknown,

    /// <summary>The key is known, and has another algorithm.</summary>
    OtherAlgorithm,

    /// <summary>The signature is wrong: the secret is another, or the message was changed.</summary>
    SignatureWrong,

    /// <summary>The signature is shorter than allowed.</summary>
    SignatureShort,

    /// <summary>The time of the signature is too far from the server's.</summary>
    Clock,

    /// <summary>The server has no such zone.</summary>
    ZoneUnknown,

    /// <summary>No rule fits who asks.</summary>
    NoRule,

    /// <summary>A rule with <c>!</c> keeps away who asks.</summary>
    RefusingRule,

    /// <summary>As many transfers go on as there may be.</summary>
    PlacesTaken,

    /// <summary>As many transfers of this peer go on as it may have.</summary>
    PeerPlacesTaken,
}
