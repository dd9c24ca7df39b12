namespace Ropewalk.Endpoints;

/// <summary>Declares one key that a scheme takes.</summary>
/// <param name="Name">The key, lower case.</param>
/// <param name="Allowed">What its value may be, in words that finish the sentence <c>allowed: …</c>.</param>
public sealed record EndpointKey(string Name, string Allowed)
{
    /// <summary>Gets whether the value never appears in a log: <see cref="EndpointSpec.ToString"/> writes <c>***</c>.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Gets whether the key stands alone, without a value.</summary>
    public bool IsFlag { get; init; }

    /// <summary>Gets whether the endpoint is incomplete without the key.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Gets whether the value is an endpoint string itself: it fills <see cref="EndpointSpec.Inner"/>.</summary>
    public bool IsInner { get; init; }

    /// <summary>Gets what a value must pass; null takes any value that is not empty.</summary>
    public Func<string, bool>? IsValid { get; init; }

    /// <summary>Declares a key that takes one of some words.</summary>
    public static EndpointKey Choice(string name, params string[] choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return new EndpointKey(name, string.Join(", ", choices)) { IsValid = value => choices.Contains(value, StringComparer.Ordinal) };
    }

    /// <summary>Declares a key that takes a whole number.</summary>
    public static EndpointKey Number(string name, long minimum, long maximum, string? unit = null) =>
        new(name, unit is null ? $"a number from {minimum} to {maximum}" : $"{unit}, from {minimum} to {maximum}")
        {
            IsValid = value => EndpointValue.TryParseNumber(value, out long number) && number >= minimum && number <= maximum,
        };

    /// <summary>Declares a key that takes a duration: <c>250ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>, <c>1d</c>.</summary>
    public static EndpointKey Duration(string name, string meaning) =>
        new(name, $"{meaning}, as 250ms, 5s, 2m, 1h or 1d") { IsValid = value => EndpointValue.TryParseDuration(value, out _) };

    /// <summary>Declares a key that stands alone.</summary>
    public static EndpointKey Flag(string name, string meaning) => new(name, $"no value ({meaning})") { IsFlag = true };
}
