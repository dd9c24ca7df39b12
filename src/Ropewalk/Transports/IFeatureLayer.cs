namespace Ropewalk.Transports;

/// <summary>Is what lies over a transport and shows features of its own: one object for all of them, so that a connection needs no table.</summary>
internal interface IFeatureLayer
{
    /// <summary>Gets the features that this object implements.</summary>
    IReadOnlyList<Type> FeatureTypes { get; }
}
