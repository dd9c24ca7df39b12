using System.Buffers.Binary;
using System.Globalization;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Looks at what signs a zone and denies: that it is there, fits together and is valid now. It verifies no signature.</summary>
internal sealed class SignatureCheck(ZoneCheck check, Zone zone, DateTimeOffset? now)
{
    // RFC 4034 §3.1: type, algorithm, labels, TTL, expiration, inception, key tag, signer.
    private const int ExpirationAt = 8;
    private const int InceptionAt = 12;
    private const int SignerAt = 18;
    private const int HashLabelBytes = 32;

    private readonly bool _isSigned = zone[0].TryFind(DnsType.SOA, out ZoneRecordSet soa) && soa.SignatureCount > 0;
    private readonly uint? _now = now is { } time ? (uint)time.ToUnixTimeSeconds() : null;
    private bool _hasSignature;

    public void Run(ZoneNode node)
    {
        for (int i = 0; i < node.SetCount; i++)
        {
            ZoneRecordSet set = node[i];
            if (set.SignatureCount > 0)
            {
                _hasSignature = true;
                CheckSignatures(node, set);
            }
            else if (_isSigned && MustBeSigned(node, set.Type))
            {
                check.Tell(ZoneRule.SignatureMissing, node, set);
            }

            if (set.Type == DnsType.NSEC3 && set.Count > 0 && (node.Parent != 0 || node.Index == 0 || node.Owner[0] != HashLabelBytes))
            {
                check.Tell(ZoneRule.Nsec3NameOdd, node, set);
            }
        }
    }

    /// <summary>Looks at the zone as a whole, after all its names.</summary>
    public void RunZone()
    {
        ZoneNode apex = zone[0];
        bool hasNsec3 = apex.TryFind(DnsType.NSEC3PARAM, out ZoneRecordSet parameters) && parameters.Count > 0;
        if (hasNsec3)
        {
            CheckParameters(apex, parameters);
        }

        if (!_hasSignature)
        {
            return;
        }

        // RFC 4035 §2.1.
        if (!apex.TryFind(DnsType.DNSKEY, out ZoneRecordSet keys) || keys.Count == 0)
        {
            check.Tell(ZoneRule.DnskeyMissing, apex);
        }

        if (!hasNsec3 && (apex.Flags & ZoneNodeFlags.Nsec) == 0)
        {
            check.Tell(ZoneRule.DenialMissing, apex);
        }
    }

    private void CheckSignatures(ZoneNode node, ZoneRecordSet set)
    {
        if (set.Count == 0)
        {
            check.Tell(ZoneRule.SignatureOfNothing, node, set);
        }

        foreach (ReadOnlySpan<byte> rdata in set.Signatures)
        {
            ReadOnlySpan<byte> signer = rdata[SignerAt..];
            WireName.Measure(signer, out int length);
            if (!WireName.Equal(signer[..length], zone.Apex.Wire))
            {
                check.Tell(ZoneRule.SignerForeign, node, set, ZoneCheck.Print(signer[..length]));
            }

            if (_now is not { } at)
            {
                continue;
            }

            // RFC 4034 §3.1.5: compared in serial number arithmetic.
            uint expiration = BinaryPrimitives.ReadUInt32BigEndian(rdata[ExpirationAt..]), inception = BinaryPrimitives.ReadUInt32BigEndian(rdata[InceptionAt..]);
            if ((int)(at - expiration) > 0)
            {
                check.Tell(ZoneRule.SignatureExpired, node, set, Print(expiration));
            }
            else if ((int)(inception - at) > 0)
            {
                check.Tell(ZoneRule.SignatureNotYetValid, node, set, Print(inception));
            }
        }
    }

    // RFC 4035 §2.2: all authoritative sets; neither the NS of a delegation nor what is below a cut.
    private static bool MustBeSigned(ZoneNode node, DnsType type) =>
        (node.Flags & ZoneNodeFlags.Occluded) == 0 && ((node.Flags & ZoneNodeFlags.Cut) == 0 || type is DnsType.DS or DnsType.NSEC);

    private void CheckParameters(ZoneNode apex, ZoneRecordSet set)
    {
        bool hasUnused = false;
        foreach (ReadOnlySpan<byte> parameters in set)
        {
            // RFC 5155 §4.1.2: flags other than zero mean that it is not for use; there is one algorithm.
            if (parameters[0] != 1 || parameters[1] != 0)
            {
                check.Tell(ZoneRule.Nsec3ParamUnusable, apex, set);
            }

            ushort iterations = BinaryPrimitives.ReadUInt16BigEndian(parameters[2..]);
            // Served without its denials, what does not exist would be bogus to each validator.
            bool isUnused = zone.Nsec3 is null && iterations > Nsec3Chain.MostIterations;
            hasUnused |= isUnused;
            // RFC 9276 §3.1: zero.
            if (iterations > 0)
            {
                check.Tell(isUnused ? ZoneRule.Nsec3IterationsTooMany : ZoneRule.Nsec3IterationsMany, apex, set, iterations.ToString(CultureInfo.InvariantCulture));
            }
        }

        if (zone.Nsec3 is null && !hasUnused)
        {
            check.Tell(ZoneRule.Nsec3ChainMissing, apex, set);
        }
    }

    private static string Print(uint time) => DateTimeOffset.FromUnixTimeSeconds(time).UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
}
