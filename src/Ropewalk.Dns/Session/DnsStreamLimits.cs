using Microsoft.Extensions.Options;
using Ropewalk.Dns.Wire;
using Ropewalk.Policies;

namespace Ropewalk.Dns.Session;

/// <summary>Bounds what one client, and all, can take on streams. <b>Reload</b>: for new connections.</summary>
public sealed class DnsStreamLimits
{
    private static readonly TimeSpan MostTime = TimeSpan.FromDays(1);

    /// <summary>Gets or sets how long nothing may be asked. Default 30 s (BIND's and Unbound's <c>tcp-idle-timeout</c>). At most 6,553.5 s, which is what keepalive can say (RFC 7828 §3.1).</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long one message may take from its first byte to its last, however many pieces it comes in. Default 10 s: dnsdist gives 2 s to each read, NSD 120 s to all.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long the client may take nothing of what waits for it. Default 60 s (nginx's <c>send_timeout</c>); NSD's <c>tcp-timeout</c> is 120 s.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets the longest message that is taken. Default 65,535 bytes, all that its length can say (RFC 1035 §4.2.2).</summary>
    public int MaxMessageBytes { get; set; } = DnsLimits.MessageBytes;

    /// <summary>Gets or sets how many transfers one connection may have at once; over it nothing more is read. Default 4.</summary>
    public int MaxTransfers { get; set; } = 4;

    /// <summary>Gets or sets how long one transfer may take. Default 2 h (BIND's <c>max-transfer-time-out</c>).</summary>
    public TimeSpan TransferTimeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Gets or sets how many connections there may be. Default the engine's: 10,000 in all, 50 from one address.</summary>
    public ConnectionLimits Connections { get; set; } = new();

    /// <summary>Gets or sets how fast one address may open connections; null for as fast as it can. Default null: a resolver behind which many ask opens many (RFC 7766 §6.2.2 leaves it to the client).</summary>
    public ConnectionRate? ConnectionRate { get; set; }

    internal DnsStreamLimits Copy() => (DnsStreamLimits)MemberwiseClone();

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        List<string> errors = [];
        CheckTime(errors, nameof(IdleTimeout), IdleTimeout, ushort.MaxValue * TimeSpan.FromMilliseconds(100));
        CheckTime(errors, nameof(MessageTimeout), MessageTimeout, MostTime);
        CheckTime(errors, nameof(SendTimeout), SendTimeout, MostTime);
        CheckTime(errors, nameof(TransferTimeout), TransferTimeout, MostTime);
        if (MaxMessageBytes is < DnsLimits.PlainDatagramBytes or > DnsLimits.MessageBytes)
        {
            errors.Add($"{nameof(MaxMessageBytes)}: allowed is {DnsLimits.PlainDatagramBytes} to {DnsLimits.MessageBytes}.");
        }

        if (MaxTransfers is < 1 or > 1000)
        {
            errors.Add($"{nameof(MaxTransfers)}: allowed is 1 to 1000.");
        }

        Collect(errors, () => Connections.Validate());
        Collect(errors, () => ConnectionRate?.Validate());
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(DnsStreamLimits), typeof(DnsStreamLimits), errors);
        }
    }

    private static void CheckTime(List<string> errors, string name, TimeSpan value, TimeSpan most)
    {
        if (value <= TimeSpan.Zero || value > most)
        {
            errors.Add($"{name}: allowed is more than 0 and up to {most}.");
        }
    }

    private static void Collect(List<string> errors, Action check)
    {
        try
        {
            check();
        }
        catch (OptionsValidationException exception)
        {
            errors.AddRange(exception.Failures);
        }
    }
}
