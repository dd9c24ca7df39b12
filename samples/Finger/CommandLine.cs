namespace Finger;

/// <summary>Takes options off a command line.</summary>
internal sealed class CommandLine(IEnumerable<string> arguments)
{
    private readonly List<string> _left = [.. arguments];

    /// <summary>Takes each value of an option.</summary>
    public string[] TakeAll(string option)
    {
        List<string> values = [];
        while (_left.IndexOf(option) is var at and >= 0)
        {
            if (at + 1 == _left.Count)
            {
                throw new FormatException($"{option} wants a value.");
            }

            values.Add(_left[at + 1]);
            _left.RemoveRange(at, 2);
        }

        return [.. values];
    }

    /// <summary>Takes an option without a value.</summary>
    public bool TakeFlag(string option) => _left.Remove(option);

    /// <summary>Checks that nothing is left.</summary>
    public void CheckEmpty()
    {
        if (_left.Count > 0)
        {
            throw new FormatException($"'{_left[0]}' is not known here.");
        }
    }
}
