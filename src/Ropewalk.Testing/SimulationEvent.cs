namespace Ropewalk.Testing;

/// <summary>Is something that has happened in a simulation: a note, or the fate of a unit on a link.</summary>
public readonly struct SimulationEvent
{
    private readonly LinkUnit _unit;
    private readonly LinkVerdictKind _fate;
    private readonly string? _text;
    private readonly string? _host;

    internal SimulationEvent(TimeSpan at, string host, string text)
    {
        At = at;
        _host = host;
        _text = text;
    }

    internal SimulationEvent(in LinkUnit unit, LinkVerdictKind fate)
    {
        At = unit.At;
        _unit = unit;
        _fate = fate;
    }

    /// <summary>Gets the virtual time since the start.</summary>
    public TimeSpan At { get; }

    /// <summary>Gets the name of the host where it happened.</summary>
    public string Host => _host ?? _unit.From.Name;

    /// <summary>Gets what happened. It is put into words when asked for: a run keeps many, and few are read.</summary>
    public string Text => _text ?? Tell();

    /// <inheritdoc/>
    public override string ToString() => $"{At:c} {Host}: {Text}";

    private string Tell()
    {
        string size = _unit.Bytes > 0 ? $" {_unit.Bytes} bytes" : "";
        string again = _unit.Attempt > 0 ? $", attempt {_unit.Attempt + 1}" : "";
        string fate = _fate switch
        {
            LinkVerdictKind.Drop => ": lost",
            LinkVerdictKind.Reset => ": reset",
            LinkVerdictKind.Duplicate => ": twice",
            LinkVerdictKind.Late => ": late",
            _ => "",
        };
        return $"{_unit.Kind}{size} {_unit.Source} → {_unit.Target}{again}{fate}";
    }
}
