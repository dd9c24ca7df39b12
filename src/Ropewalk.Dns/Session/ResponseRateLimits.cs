using Microsoft.Extensions.Options;

namespace Ropewalk.Dns.Session;

/// <summary>Bounds how fast one network is answered by datagrams, because their source may be forged. <b>Reload</b>: live, by <see cref="ResponseRateLimiter.Update"/>, but for <see cref="TableEntries"/>.</summary>
public sealed class ResponseRateLimits
{
    /// <summary>Gets or sets how many answers of one class for one name a network gets each second in the long run. Default 50 (Knot's <c>rate-limit</c> for one address); NSD has 200.</summary>
    public int PerSecond { get; set; } = 50;

    /// <summary>Gets or sets how many of them it gets at once before the rate holds. Default 125 (Knot's <c>instant-limit</c>).</summary>
    public int Burst { get; set; } = 125;

    /// <summary>
    /// Gets or sets how many answers in all a network gets each second in the long run. Default 1,600 (what Knot gives to a /24); without it names would be walked through.
    /// </summary>
    public int TotalPerSecond { get; set; } = 1600;

    /// <summary>Gets or sets how many in all it gets at once. Default 4,000 (Knot, for a /24).</summary>
    public int TotalBurst { get; set; } = 4000;

    /// <summary>Gets or sets every how many limited answers say that they were cut; the others are not sent. Default 2 (BIND's and NSD's <c>slip</c>). 0 for none, 1 for all.</summary>
    public int Slip { get; set; } = 2;

    /// <summary>Gets or sets how many bits of an IPv4 address are a network. Default 24 (BIND, NSD).</summary>
    public int IPv4Bits { get; set; } = 24;

    /// <summary>Gets or sets how many bits of an IPv6 address are a network. Default 56 (BIND): what a customer is given.</summary>
    public int IPv6Bits { get; set; } = 56;

    /// <summary>Gets or sets how many rates are kept. Default 262,144, in 6 MiB, and never more: NSD keeps 1,000,000. Over it those that were asked for least are forgotten.</summary>
    public int TableEntries { get; set; } = 262_144;

    /// <summary>Gets or sets who is not limited. Default nobody.</summary>
    public AccessRules Exempt { get; set; } = AccessRules.Nobody;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        List<string> errors = [];
        Check(errors, nameof(PerSecond), PerSecond, 1, 1_000_000);
        Check(errors, nameof(Burst), Burst, 1, 1_000_000);
        Check(errors, nameof(TotalPerSecond), TotalPerSecond, 1, 1_000_000);
        Check(errors, nameof(TotalBurst), TotalBurst, 1, 1_000_000);
        Check(errors, nameof(Slip), Slip, 0, 10);
        Check(errors, nameof(IPv4Bits), IPv4Bits, 8, 32);
        Check(errors, nameof(IPv6Bits), IPv6Bits, 16, 128);
        Check(errors, nameof(TableEntries), TableEntries, 1024, 16_777_216);
        if (Exempt is null)
        {
            errors.Add($"{nameof(Exempt)}: must not be null.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(ResponseRateLimits), typeof(ResponseRateLimits), errors);
        }
    }

    private static void Check(List<string> errors, string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            errors.Add($"{name}: allowed is {least} to {most}.");
        }
    }
}
