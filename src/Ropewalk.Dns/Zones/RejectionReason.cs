namespace Ropewalk.Dns.Zones;

/// <summary>Says why a record cannot be in a zone.</summary>
public enum RejectionReason
{
    /// <summary>Its owner is not at or below the zone's name. <b>Spec</b>: RFC 1035 §5.2.</summary>
    OutOfZone,

    /// <summary>Its class is not the zone's. <b>Spec</b>: RFC 1035 §5.2.</summary>
    OtherClass,

    /// <summary>The zone would be larger than the 2 GB that one can have here, or have more names without records, or one name more types.</summary>
    ZoneTooLarge,
}
