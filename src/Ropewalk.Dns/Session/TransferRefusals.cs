namespace Ropewalk.Dns.Session;

/// <summary>Says in words why a transfer was refused.</summary>
public static class TransferRefusals
{
    /// <summary>Describes a reason, for a log.</summary>
    public static string Describe(this TransferRefusal refusal) => refusal switch
    {
        TransferRefusal.Malformed => "the request is malformed",
        TransferRefusal.Datagram => "there is no AXFR by UDP",
        TransferRefusal.KeyUnknown => "the key is not known here",
        TransferRefusal.OtherAlgorithm => "the key has another algorithm here",
        TransferRefusal.SignatureWrong => "the signature is wrong, so the secret is another",
        TransferRefusal.SignatureShort => "the signature is too short",
        TransferRefusal.Clock => "the clocks differ too much",
        TransferRefusal.ZoneUnknown => "there is no such zone here",
        TransferRefusal.NoRule => "no rule of 'transfer' fits",
        TransferRefusal.RefusingRule => "a rule of 'transfer' with ! fits",
        TransferRefusal.PlacesTaken => "all places for transfers are taken",
        TransferRefusal.PeerPlacesTaken => "all places of this peer for transfers are taken",
        _ => "no reason is known",
    };
}
