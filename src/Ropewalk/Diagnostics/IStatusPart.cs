namespace Ropewalk.Diagnostics;

/// <summary>Tells what only one kind of service knows of itself, as figures and tables that a status page shows without knowing the kind.</summary>
/// <remarks>
/// What it tells may be what peers have sent: whoever shows it takes all text for text. <b>Call</b>: from any thread; figures once a second, tables when somebody looks. It must hold up nobody, and be short: what a page shows.
/// </remarks>
public interface IStatusPart
{
    /// <summary>Captures the figures, the same ones each time.</summary>
    IReadOnlyList<StatusFigure> CaptureFigures();

    /// <summary>Captures the tables.</summary>
    IReadOnlyList<StatusTable> CaptureTables();
}
