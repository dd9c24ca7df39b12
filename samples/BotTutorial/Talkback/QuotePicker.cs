namespace Talkback;

/// <summary>Picks quotes: by chance, but never the same one twice in a row.</summary>
/// <param name="random">Where chance comes from. It is an argument, so that a test knows what will be said.</param>
public sealed class QuotePicker(Random random)
{
    private readonly Lock _gate = new();
    private string? _last;

    /// <summary>Picks one; null if there is none.</summary>
    public string? Pick(IReadOnlyList<string> quotes)
    {
        // several conversations may ask at once
        lock (_gate)
        {
            string[] others = [.. quotes.Where(quote => quote != _last)];
            _last = others.Length > 0 ? others[random.Next(others.Length)] : quotes.FirstOrDefault();
            return _last;
        }
    }
}
