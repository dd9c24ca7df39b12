namespace Ropewalk.Testing;

/// <summary>Is what can happen to a datagram on its way in memory. <see cref="InProcessServer.Inject(DatagramFault, Func{SentDatagram, bool}?, int)"/> puts it in force.</summary>
public sealed class DatagramFault
{
    private DatagramFault(int copies, TimeSpan delay = default)
    {
        Copies = copies;
        Delay = delay;
    }

    /// <summary>Loses it.</summary>
    public static DatagramFault Lose { get; } = new(0);

    /// <summary>Lets it arrive twice.</summary>
    public static DatagramFault Duplicate { get; } = new(2);

    internal int Copies { get; }

    internal TimeSpan Delay { get; }

    /// <summary>Lets it arrive when so much virtual time has passed; what is sent behind it overtakes it.</summary>
    /// <param name="by">How long, on <see cref="InProcessServer.Time"/>.</param>
    public static DatagramFault Late(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        return new(1, by);
    }

    /// <inheritdoc/>
    public override string ToString() => Copies switch { 0 => "Lose", 1 => "Late", _ => "Duplicate" };
}
