namespace Ropewalk.Dns.Zones;

/// <summary>Says why a record is not in a zone as it was written.</summary>
public enum MergeReason
{
    /// <summary>It is there once more. <b>Spec</b>: RFC 2181 §5.</summary>
    Duplicate,

    /// <summary>Its TTL is not that of the first one of its set, which all have now. <b>Spec</b>: RFC 2181 §5.2.</summary>
    OtherTtl,

    /// <summary>Its set has more records than a message can count.</summary>
    SetTooLarge,
}
