using Microsoft.Extensions.Options;

namespace Ropewalk.Policies;

/// <summary>Says how traffic is logged. Nothing is done while the log level (Debug, category <c>Ropewalk.Policies</c>) is off when a connection comes.</summary>
public sealed class TrafficLogOptions
{
    /// <summary>Gets or sets how bytes are shown. Default text.</summary>
    public TrafficFormat Format { get; set; } = TrafficFormat.Text;

    /// <summary>Gets or sets how many bytes of one read or flush are shown; of the rest only the count is. Default 256.</summary>
    public int MaxShownBytes { get; set; } = 256;

    /// <summary>Gets or sets how many bytes of one connection are shown in all; then its log ends. Default 64 KiB.</summary>
    public long MaxConnectionBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Gets or sets what masks secrets before anything is logged. Default: what follows the words that text protocols have for passwords.
    /// A mask sees one read or flush at a time; a protocol that knows better uses <see cref="ITrafficLogFeature"/>.
    /// </summary>
    public TrafficMask Mask { get; set; } = WellKnownSecrets.Mask;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (!Enum.IsDefined(Format))
        {
            errors.Add("Format: allowed are Text and Hex.");
        }

        if (MaxShownBytes is < 1 or > 65536)
        {
            errors.Add("MaxShownBytes: allowed is 1 to 65536.");
        }

        if (MaxConnectionBytes < 1)
        {
            errors.Add("MaxConnectionBytes: allowed is 1 and more.");
        }

        if (Mask is null)
        {
            errors.Add("Mask: must not be null; one that returns its argument masks nothing.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(TrafficLogOptions), typeof(TrafficLogOptions), errors);
        }
    }
}
