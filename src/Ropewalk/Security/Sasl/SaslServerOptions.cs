using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Ropewalk.Security.Sasl;

/// <summary>Says which mechanisms a server offers.</summary>
public sealed class SaslServerOptions
{
    /// <summary>Gets or sets the mechanisms, the preferred first. Default EXTERNAL, SCRAM-SHA-256, PLAIN.</summary>
    public IReadOnlyList<string> Mechanisms { get; set; } = [SaslMechanism.External, SaslMechanism.ScramSha256, SaslMechanism.Plain];

    /// <summary>Gets or sets whether PLAIN is offered on connections that are not encrypted. Default false (RFC 4616 §5).</summary>
    public bool AllowPlainUnprotected { get; set; }

    /// <summary>Gets or sets the most bytes of one response. Default 4,096: PLAIN with three parts of 255 characters of four bytes has 3,062.</summary>
    public int MaxResponseBytes { get; set; } = 4096;

    /// <summary>Gets or sets where nonces come from. Default the system's source.</summary>
    public RandomNumberGenerator Random { get; set; } = RandomNumberGenerator.Create();

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        string[] known = [SaslMechanism.External, SaslMechanism.ScramSha256, SaslMechanism.Plain];
        List<string> errors = [.. (Mechanisms ?? []).Except(known).Select(name => $"Mechanisms: \"{name}\" is not known; known are {string.Join(", ", known)}.")];
        if (Mechanisms is not { Count: > 0 })
        {
            errors.Add("Mechanisms: there must be one.");
        }

        if (MaxResponseBytes is < 256 or > 65_536)
        {
            errors.Add("MaxResponseBytes: allowed is 256 to 65536.");
        }

        if (Random is null)
        {
            errors.Add("Random: must not be null.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(SaslServerOptions), typeof(SaslServerOptions), errors);
        }
    }
}
